"""Optuna on the problems of this folder, one line of JSON a run.

Usage: python optuna_peer.py PROBLEM SAMPLER PRUNER FIRST_SEED LAST_SEED BUDGET
"""

import json
import sys
import time
import warnings

import optuna

from problems import MAX_RESOURCE, PROBLEMS

RUNGS = [1, 3, 9, 27, 81]

SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}
PRUNERS = {
    "none": lambda: optuna.pruners.NopPruner(),
    "halving": lambda: optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
    "hyperband": lambda: optuna.pruners.HyperbandPruner(1, MAX_RESOURCE, 3),
}


def run(problem, sampler, pruner, seed, budget):
    """Spends the budget in units of resource; a paused trial is never paid for twice."""
    state = {"spent": 0, "resource": 0, "value": float("inf"), "point": None, "configs": 0}

    def objective(trial):
        point = [float(trial.suggest_categorical(f"c{i}", [0, 1])) for i in range(problem.categories)]
        point += [trial.suggest_float(f"x{i}", 0, 1) for i in range(problem.dimension - problem.categories)]
        state["configs"] += 1
        before = 0
        for resource in RUNGS:
            if state["spent"] + resource - before > budget:
                trial.study.stop()
                raise optuna.TrialPruned()
            state["spent"] += resource - before
            before = resource
            value = problem.value(point, seed, resource)
            if (-resource, value) < (-state["resource"], state["value"]):
                state.update(resource=resource, value=value, point=point)
            trial.report(value, resource)
            if resource < MAX_RESOURCE and trial.should_prune():
                raise optuna.TrialPruned()
        return value

    study = optuna.create_study(study_name=f"s{seed}", sampler=SAMPLERS[sampler](seed), pruner=PRUNERS[pruner]())
    begin = time.perf_counter()
    study.optimize(objective, n_trials=1_000_000)
    return {
        "problem": problem.name,
        "method": f"optuna {optuna.__version__} {sampler} + {pruner}",
        "seed": seed,
        "budget": budget,
        "regret": problem.final(state["point"]),
        "configs": state["configs"],
        "spent": state["spent"],
        "seconds": round(time.perf_counter() - begin, 3),
    }


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    name, sampler, pruner, first, last, budget = sys.argv[1:]
    for seed in range(int(first), int(last) + 1):
        print(json.dumps(run(PROBLEMS[name], sampler, pruner, seed, int(budget))), flush=True)
