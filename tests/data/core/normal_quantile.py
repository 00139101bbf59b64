"""Quantiles of the standard normal distribution to 40 digits, by mpmath.

Run: python normal_quantile.py > normal_quantile.csv
Each p is the double nearest to the text; the quantile is that of this double.
"""

import mpmath

mpmath.mp.dps = 60

PROBABILITIES = (
    "1e-300", "1e-100", "2.2250738585072014e-308", "1e-16", "1e-9", "1e-5", "0.001",
    "0.01", "0.0242", "0.0243", "0.025", "0.05", "0.1", "0.2", "0.3", "0.4", "0.45",
    "0.49", "0.6", "0.7", "0.8413447460685429", "0.9", "0.975", "0.999", "0.999999",
    "0.9999999999999999",
)  # fmt: skip


def quantile(p: float) -> mpmath.mpf:
    exact = mpmath.mpf(p)
    if exact > 0.5:
        return -tail(1 - exact)
    return tail(exact)


def tail(p: mpmath.mpf) -> mpmath.mpf:
    log_p = mpmath.log(p)
    low, high = mpmath.mpf(-40), mpmath.mpf(0)
    for _ in range(300):
        middle = (low + high) / 2
        if mpmath.log(mpmath.erfc(-middle / mpmath.sqrt(2)) / 2) < log_p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


print("p,quantile")
for text in PROBABILITIES:
    print(f"{float(text)!r},{mpmath.nstr(quantile(float(text)), 40)}")
