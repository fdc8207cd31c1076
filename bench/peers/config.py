"""Times the same work in a Python peer: `python config.py ato|omegaconf|hydra`, seconds as JSON."""
import json
import sys
import time

GROUPS, KEYS = 100, 100


def make_data(offset):
    return {f"group_{g}": {f"key_{k}": g + k + offset for k in range(KEYS)} for g in range(GROUPS)}


def median_time(work, times=5):
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return sorted(seconds)[times // 2]


def time_reads(read, count):
    begin = time.perf_counter()
    for _ in range(count):
        read()
    return (time.perf_counter() - begin) / count


def ato():
    from ato.adict import ADict

    base, changed = make_data(0), make_data(1)
    nested = ADict(a=ADict(b=ADict(c=1)), x=1)
    small = ADict(make_data(0))
    return {
        "create": median_time(lambda: ADict(base)),
        "merge": median_time(lambda: ADict(base).update(changed, recurrent=True)),
        "read": time_reads(lambda: nested.x, 20000),
        "nested read": time_reads(lambda: nested.a.b.c, 20000),
        "structural hash": median_time(lambda: small.get_structural_hash()),
    }


def omegaconf():
    from omegaconf import OmegaConf

    base, changed = make_data(0), make_data(1)
    nested = OmegaConf.create({"a": {"b": {"c": 1}}, "x": 1})
    created, other = OmegaConf.create(base), OmegaConf.create(changed)
    return {
        "create": median_time(lambda: OmegaConf.create(base), 3),
        "merge": median_time(lambda: OmegaConf.merge(created, other), 3),
        "read": time_reads(lambda: nested.x, 20000),
        "nested read": time_reads(lambda: nested.a.b.c, 20000),
    }


def hydra():
    from hydra.core.override_parser.overrides_parser import OverridesParser

    overrides = [f"group_{i}.key={i}" for i in range(200)]
    parser = OverridesParser.create()
    return {"200 arguments": median_time(lambda: parser.parse_overrides(overrides), 3)}


print(json.dumps({"ato": ato, "omegaconf": omegaconf, "hydra": hydra}[sys.argv[1]]()))
