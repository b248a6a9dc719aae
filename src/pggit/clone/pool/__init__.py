"""Pools: so many clones of a template are kept ready that claiming one takes no time."""

from pggit.clone.pool.claim import Pool, templates_in_use
from pggit.clone.pool.control import PoolState, pools
from pggit.clone.pool.fill import fill
from pggit.clone.pool.ready import gc
from pggit.clone.pool.start import Started, define, start, stop

__all__ = ["Pool", "PoolState", "Started", "define", "fill", "gc", "pools", "start", "stop", "templates_in_use"]
