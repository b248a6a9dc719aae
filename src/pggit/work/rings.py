"""What needs each other in a ring: the strongly connected components of a graph (Tarjan, 1972)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def rings(needs: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield what needs each other together, what is in no ring alone; what is needed before what needs it.

    Args:
        needs: name → the names that it needs; all of them are names of the mapping.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for start in sorted(needs):
        if start in number:
            continue
        number[start] = low[start] = len(number)
        path.append(start)
        on_path.add(start)
        # a stack of our own: rings may be longer than Python's
        work = [(start, iter(sorted(needs[start])))]
        while work:
            name, rest = work[-1]
            other = next(rest, None)
            if other is not None:
                if other not in number:
                    number[other] = low[other] = len(number)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(sorted(needs[other]))))
                elif other in on_path:
                    low[name] = min(low[name], number[other])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == number[name]:
                at = path.index(name)
                found = path[at:]
                del path[at:]
                on_path.difference_update(found)
                yield found
