"""The objectives of the regret benchmark, the same to 1e-12 as in problems.ts.

A curve is a pure function of the config, the seed and the resource: noise comes from a hash of them.
The values are regrets, so the optimum of each is 0.
"""

import hashlib
import math
import struct

import numpy as np

MAX_RESOURCE = 81

A = np.array([[10, 3, 17, 3.5, 1.7, 8], [.05, 10, 17, .1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, .05, 10, .1, 14]])
P = 1e-4 * np.array([
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
])
ALPHA = np.array([1, 1.2, 3, 3.2])


def digest(point, seed, resource):
    """The first 16 bytes of a hash, as four whole numbers below 2^32."""
    data = struct.pack(f"<{len(point)}dII", *point, seed, resource)
    return struct.unpack("<4I", hashlib.sha256(data).digest()[:16])


def normal(point, seed, resource):
    """A normal number, by Box and Muller."""
    a, b, c, d = digest(point, seed, resource)
    u = (a + (b + .5) / 2**32) / 2**32
    v = (c + d / 2**32) / 2**32
    return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)


def curve(final, tau, point, seed, resource):
    noise = .05 * normal(point, seed, resource) / math.sqrt(resource)
    return final + .6 * math.exp(-resource / tau) + noise


class Hartmann:
    """Six dimensions; how fast a curve falls depends on two of them."""
    name, categories, dimension = "hartmann6", 0, 6

    def final(self, x):
        total = float(ALPHA @ np.exp(-(A * (np.asarray(x) - P)**2).sum(1)))
        return (3.32237 - total) / 3.32237

    def value(self, x, seed, resource):
        return curve(self.final(x), 2 + 20 * abs(x[0] - x[3]), x, seed, resource)


class Branin:
    """Two dimensions."""
    name, categories, dimension = "branin", 0, 2

    def final(self, x):
        u, v = 15 * x[0] - 5, 15 * x[1]
        bowl = (v - 5.1 / (4 * math.pi**2) * u * u + 5 / math.pi * u - 6)**2
        return (bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(u) + 10 - .397887) / 50

    def value(self, x, seed, resource):
        return curve(self.final(x), 2 + 20 * x[1], x, seed, resource)


def mix(word):
    """The finalizer of MurmurHash3 on whole arrays: uniform numbers by counting."""
    word = (word ^ (word >> np.uint32(16))) * np.uint32(0x85ebca6b)
    word = (word ^ (word >> np.uint32(13))) * np.uint32(0xc2b2ae35)
    return word ^ (word >> np.uint32(16))


class CountingOnes:
    """Eight categories of 0 and 1, eight probabilities of which 9 samples a unit are seen."""
    name, categories, dimension = "ones", 8, 16

    def final(self, x):
        return 1 - sum(x) / 16

    def value(self, x, seed, resource):
        keys = digest(x, seed, 0)
        count = 9 * resource
        counter = np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9e3779b9)
        total = sum(x[:8])
        for i, p in enumerate(x[8:]):
            key = np.uint32((keys[i % 4] + i * 0x632be5ab) % 2**32)
            words = mix(counter ^ key)
            total += int((words < p * 2**32).sum()) / count
        return 1 - total / 16


PROBLEMS = {problem.name: problem for problem in (Hartmann(), CountingOnes(), Branin())}
