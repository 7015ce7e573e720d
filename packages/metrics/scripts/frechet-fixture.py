"""Writes fixtures/frechet.json: Fréchet distances by numpy and scipy, for the parity test. Run: python3 frechet-fixture.py"""
import json
from pathlib import Path

import numpy as np
from scipy import linalg

rng = np.random.default_rng(0)


def rows(n, d, scale, shift):
    mix = rng.normal(size=(d, d)) * scale
    return (rng.normal(size=(n, d)) @ mix + shift).astype(np.float32)


def moments(x):
    x = x.astype(np.float64)
    return x.mean(0), np.cov(x, rowvar=False)


def by_sqrtm(a, b):
    """The formula of FID's reference code."""
    (m1, c1), (m2, c2) = moments(a), moments(b)
    root = linalg.sqrtm(c1 @ c2)
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * np.trace(root).real)


def by_svd(a, b):
    """Through singular values of the centred rows themselves: holds for rank-deficient covariances, too."""
    (m1, c1), (m2, c2) = moments(a), moments(b)
    r1 = (a.astype(np.float64) - m1) / np.sqrt(len(a) - 1)
    r2 = (b.astype(np.float64) - m2) / np.sqrt(len(b) - 1)
    overlap = np.linalg.svd(r1 @ r2.T, compute_uv=False).sum()
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * overlap)


cases = {
    "full rank": (rows(60, 5, 1.0, 0.0), rows(40, 5, 0.7, 0.3), by_sqrtm),
    "far from the origin": (rows(50, 4, 0.1, 1000.0), rows(50, 4, 0.1, 1000.2), by_svd),
    "fewer rows than dimensions": (rows(6, 9, 1.0, 0.0), rows(5, 9, 1.0, 1.0), by_svd),
    "dead features": (
        np.concatenate([rows(30, 3, 1.0, 0.0), np.zeros((30, 2), np.float32)], 1),
        np.concatenate([rows(30, 3, 1.0, 0.5), np.zeros((30, 2), np.float32)], 1),
        by_svd,
    ),
    "very different scales": (
        rows(40, 4, 1.0, 0.0) * np.array([1e3, 1, 1e-3, 1], np.float32),
        rows(40, 4, 1.0, 0.0) * np.array([1e3, 1, 1e-3, 1], np.float32),
        by_svd,
    ),
}

written = [
    {"name": name, "a": a.tolist(), "b": b.tolist(), "expected": reference(a, b)}
    for name, (a, b, reference) in cases.items()
]
path = Path(__file__).parent.parent / "fixtures" / "frechet.json"
path.write_text(json.dumps(written) + "\n")
for case in written:
    print(case["name"], case["expected"])
