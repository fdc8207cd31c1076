"""What mmengine makes of config files, as JSON lines: `python openmmlab.py <folder> <output>`.

Each line has the file, and its value with the seconds that it took, or the error. It imports what the
configs import: run it for configs that you trust.
"""
import contextlib
import io
import json
import math
import os
import sys
import time
import types
import warnings

warnings.simplefilter("ignore")
from mmengine.config import Config

def plain(value):
    if isinstance(value, dict):
        return {"dict": [[key_of(k), plain(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return {"set": [plain(v) for v in value]}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return {"int": str(value)} if abs(value) >= 2**53 else value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, Config):
        return plain(value.to_dict())
    if isinstance(value, types.ModuleType):
        return f"<module '{value.__name__}'>"
    if isinstance(value, type):
        return f"<class '{value.__qualname__}'>"
    if isinstance(value, types.FunctionType):
        return f"<function {value.__qualname__}>"
    return f"<{type(value).__name__}>"

def key_of(key):
    if isinstance(key, str): return key
    return repr(key)

root, out = sys.argv[1:3]
files = sys.argv[3:]
if not files:
    for folder, _, names in os.walk(root):
        files += [os.path.join(folder, n) for n in names if n.endswith(".py")]
files.sort()
with open(out, "w") as f:
    for path in files:
        try:
            begin = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                cfg = Config.fromfile(path)
            took = time.perf_counter() - begin
            row = {"value": plain(cfg.to_dict()), "seconds": took}
        except BaseException as e:
            row = {"error": f"{type(e).__name__}: {e}"[:300]}
        f.write(json.dumps({"file": os.path.relpath(path, root), **row}) + "\n")
