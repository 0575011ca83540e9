"""General solvers on the same contact plan as a linear programme: contacts may be divided, which makes it easier."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from _contacts import programme
from _peak import peak_mb


def ortools(name: str, value: Any, limit: float) -> dict[str, Any]:
    """PDLP (first-order) or GLOP (simplex) of OR-tools."""
    import numpy as np
    from ortools.linear_solver.python import model_builder_helper

    gain, rows, most = programme(value)
    model = model_builder_helper.ModelBuilderHelper()
    zeros, ones = np.zeros(len(gain)), np.ones(len(gain))
    started, burnt = time.perf_counter(), time.process_time()
    model.fill_model_from_sparse_data(zeros, ones, gain, np.full(len(most), -np.inf), most, rows)
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper(name)
    solver.set_time_limit_in_seconds(limit)
    if name == "pdlp":
        solver.set_solver_specific_parameters(
            "num_threads: 2 termination_criteria { simple_optimality_criteria { eps_optimal_relative: 1e-6 "
            "eps_optimal_absolute: 1e-6 } }"
        )
    solver.solve(model)
    seconds, processor = time.perf_counter() - started, time.process_time() - burnt
    if str(solver.status()).rpartition(".")[2] != "OPTIMAL":
        raise SystemExit(f"{name}: {solver.status()} after {seconds:.0f} s")
    return _told((seconds, processor), solver.objective_value(), np.array(solver.variable_values()), rows, most)


def highs(name: str, value: Any, limit: float) -> dict[str, Any]:
    """The interior point (without crossover) or the dual simplex of HiGHS."""
    import highspy
    import numpy as np

    gain, rows, most = programme(value)
    solver = highspy.Highs()
    for option, setting in {"output_flag": False, "solver": name, "run_crossover": "off", "time_limit": limit}.items():
        solver.setOptionValue(option, setting)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(gain), len(most)
    model.col_cost_, model.col_lower_, model.col_upper_ = -gain, np.zeros(len(gain)), np.ones(len(gain))
    model.row_lower_, model.row_upper_ = np.full(len(most), -highspy.kHighsInf), most
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    started, burnt = time.perf_counter(), time.process_time()
    solver.passModel(model)
    solver.run()
    seconds, processor = time.perf_counter() - started, time.process_time() - burnt
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SystemExit(f"{name}: {solver.modelStatusToString(solver.getModelStatus())} after {seconds:.0f} s")
    shares = np.array(solver.getSolution().col_value)
    return _told((seconds, processor), -solver.getInfo().objective_function_value, shares, rows, most)


def _told(took: tuple[float, float], value: float, shares: Any, rows: Any, most: Any) -> dict[str, Any]:
    """What was found: the value, how many contacts are divided, and by how much a limit is passed."""
    import numpy as np

    divided = int(((shares > 1e-6) & (shares < 1 - 1e-6)).sum())
    passed = float(np.max(rows @ shares - most))
    found = {"value": value, "divided": divided, "passed": passed}
    return {"seconds": took[0], "processor_seconds": took[1], "peak_mb": peak_mb(), **found}


TASKS = {
    "PDLP": (ortools, "pdlp"),
    "GLOP": (ortools, "glop"),
    "HiGHS interior point": (highs, "ipm"),
    "HiGHS simplex": (highs, "simplex"),
}

if __name__ == "__main__":
    import numpy as np

    run, solver_name = TASKS[sys.argv[1]]
    print(json.dumps(run(solver_name, np.load(sys.argv[2]), float(sys.argv[3]))))
