"""Scores become chances that come true: fitted on scores of customers whom the model had not seen."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from fleuve_analytics.numerics import FloatArray

__all__ = ["Calibration", "Steps", "calibrated", "isotonic_steps", "platt_line"]

Calibration = Literal["platt", "isotonic", "none"]
# Scores in increasing order with the chance at each; between two the chance follows the line.
Steps = tuple[tuple[float, float], ...]


def platt_line(score: FloatArray, happened: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Intercept and slope of the log-odds in the score (Platt 1999), by Newton's method.

    Outcomes count as (churners + 1)/(churners + 2) and 1/(others + 2), Platt's guard against certainty from few.
    """
    from scipy.special import expit

    yes, no = float(weight @ happened), float(weight @ (1 - happened))
    target = np.where(happened > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    centre = float(np.average(score, weights=weight))
    scale = float(np.sqrt(np.average((score - centre) ** 2, weights=weight))) or 1.0
    design = np.column_stack([np.ones(score.size), (score - centre) / scale])
    line = np.array([np.log(np.average(target, weights=weight) / np.average(1 - target, weights=weight)), 0.0])
    for _ in range(50):
        chance = expit(design @ line)
        gradient = design.T @ (weight * (target - chance))
        bend = (design * (weight * chance * (1 - chance))[:, np.newaxis]).T @ design
        step = np.linalg.solve(bend + 1e-9 * np.trace(bend) * np.eye(2), gradient)
        line = line + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-10:
            break
    slope = float(line[1] / scale)
    return float(line[0] - slope * centre), slope


def isotonic_steps(score: FloatArray, happened: FloatArray, weight: FloatArray) -> Steps:
    """The best rising curve of chances (Zadrozny & Elkan 2002), as the ends of its level parts.

    Chances keep 1/(n + 2) away from 0 and 1: nobody is certain because a few agreed.
    """
    from scipy.optimize import isotonic_regression

    # Equal scores are one point, so that the order of rows does not matter.
    points, place = np.unique(score, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    share = np.bincount(place, weights=weight * happened) / mass
    level: Any = isotonic_regression(share, weights=mass).x
    margin = 1 / (float(weight.sum()) + 2)
    level = np.clip(level, margin, 1 - margin)
    inner = np.zeros(points.size, dtype=bool)
    inner[1:-1] = (level[1:-1] == level[:-2]) & (level[1:-1] == level[2:])
    return tuple(zip(points[~inner].tolist(), level[~inner].tolist(), strict=True))


def calibrated(score: FloatArray, steps: Steps) -> FloatArray:
    """Chance of each score: along the steps when there are any, else the logistic function of the score."""
    from scipy.special import expit

    if not steps:
        return np.asarray(expit(score), dtype=np.float64)
    points = np.array(steps)
    return np.asarray(np.interp(score, points[:, 0], points[:, 1]), dtype=np.float64)
