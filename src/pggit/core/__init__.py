"""Pure Python without I/O: what pgGit knows about objects, trees and commits."""
