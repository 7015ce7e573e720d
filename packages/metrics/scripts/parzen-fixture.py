"""Writes fixtures/parzen.json: Parzen window log densities by numpy in float64, for the parity test. Run: python3 parzen-fixture.py"""
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(0)


def log_density(x, centres, s):
    """Differences first, products never: nothing in common with the way that is tested."""
    exponents = -((x[None, :] - centres) ** 2).sum(1) / (2 * s**2)
    top = exponents.max()
    return top + np.log(np.exp(exponents - top).mean()) - len(x) * np.log(s * np.sqrt(2 * np.pi))


def pixels(n, d):
    return np.round(rng.beta(0.3, 0.6, size=(n, d)), 3).astype(np.float32)


bandwidths = np.logspace(-1, 0, 10)
samples, validation, test = pixels(40, 20), pixels(15, 20), pixels(12, 20)
table = [[log_density(x, samples.astype(np.float64), s) for s in bandwidths] for x in validation.astype(np.float64)]
means = np.mean(table, axis=0)
chosen = int(np.argmax(means))
lls = np.array([log_density(x, samples.astype(np.float64), bandwidths[chosen]) for x in test.astype(np.float64)])
written = {
    "samples": samples.tolist(),
    "validation": validation.tolist(),
    "test": test.tolist(),
    "bandwidths": bandwidths.tolist(),
    "densities": table,
    "means": means.tolist(),
    "bandwidth": bandwidths[chosen],
    "logLikelihood": lls.mean(),
    "standardError": lls.std(ddof=1) / np.sqrt(len(lls)),
}
path = Path(__file__).parent.parent / "fixtures" / "parzen.json"
path.write_text(json.dumps(written) + "\n")
print(written["bandwidth"], written["logLikelihood"], written["standardError"])
