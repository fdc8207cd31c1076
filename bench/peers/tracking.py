"""Logs to a Python tracker: `python tracking.py ato|trackio|mlflow`, seconds a point and bytes as JSON."""
import json
import os
import sys
import tempfile
import time

SINGLE, STEPS, KEYS = 400, 20, 100


def timed(work, count):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) / count


def size_of(folder):
    paths = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
    return sum(os.path.getsize(path) for path in paths)


def ato(folder):
    from ato.adict import ADict
    from ato.db_routers.sql.manager import SQLLogger

    sql = ADict(db_path=f"sqlite:///{folder}/ato.db")
    logger = SQLLogger(ADict(experiment=ADict(project_name="bench", sql=sql)))
    logger.run()

    def log_one():
        for step in range(SINGLE):
            logger.log_metric("loss", 0.5, step)

    def log_many():
        for step in range(STEPS):
            for key in range(KEYS):
                logger.log_metric(f"m{key}", 0.5, step)

    return timed(log_one, SINGLE), timed(log_many, STEPS * KEYS)


def trackio(folder):
    os.environ["TRACKIO_DIR"] = folder
    import trackio
    from trackio.sqlite_storage import SQLiteStorage

    # Its run.log() returns before anything is written; this is the call that writes
    def log_one():
        for step in range(SINGLE):
            SQLiteStorage.bulk_log("bench", "run", [{"loss": 0.5}], steps=[step])

    def log_many():
        values = {f"m{key}": 0.5 for key in range(KEYS)}
        for step in range(STEPS):
            SQLiteStorage.bulk_log("bench", "run", [values], steps=[step])

    return timed(log_one, SINGLE), timed(log_many, STEPS * KEYS)


def mlflow(folder):
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    mlflow.set_experiment("bench")

    def log_one():
        for step in range(SINGLE):
            mlflow.log_metric("loss", 0.5, step=step)

    def log_many():
        for step in range(STEPS):
            mlflow.log_metrics({f"m{key}": 0.5 for key in range(KEYS)}, step=step)

    with mlflow.start_run():
        return timed(log_one, SINGLE), timed(log_many, STEPS * KEYS)


folder = tempfile.mkdtemp()
peer = sys.argv[1]
output = os.dup(1)
os.dup2(2, 1)  # what the peers print is none of the result
single, bulk = {"ato": ato, "trackio": trackio, "mlflow": mlflow}[peer](folder)
from importlib.metadata import version

figures = {"version": version(peer), "single": single, "bulk": bulk, "bytes": size_of(folder)}
os.write(output, json.dumps(figures).encode())
