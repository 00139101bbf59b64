"""First numbers of streams, by an own implementation of the C++ standard's text.

[rand.util.seedseq] (std::seed_seq::generate) and [rand.eng.mers] (std::mt19937_64).
Run: python random_stream.py
"""

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1
N, M = 312, 156


def seed_sequence(values: list[int], n: int) -> list[int]:
    words = [0x8B8B8B8B] * n
    s = len(values)
    t = (
        11
        if n >= 623
        else 7
        if n >= 68
        else 5
        if n >= 39
        else 3
        if n >= 7
        else (n - 1) // 2
    )
    p = (n - t) // 2
    q = p + t
    m = max(s + 1, n)

    def mix(x: int) -> int:
        return x ^ (x >> 27)

    for k in range(m):
        r1 = (
            1664525 * mix(words[k % n] ^ words[(k + p) % n] ^ words[(k - 1) % n]) & MASK32
        )
        added = s if k == 0 else k % n + values[k - 1] if k <= s else k % n
        r2 = (r1 + added) & MASK32
        words[(k + p) % n] = (words[(k + p) % n] + r1) & MASK32
        words[(k + q) % n] = (words[(k + q) % n] + r2) & MASK32
        words[k % n] = r2
    for k in range(m, m + n):
        r3 = 1566083941 * mix(
            (words[k % n] + words[(k + p) % n] + words[(k - 1) % n]) & MASK32
        )
        r3 &= MASK32
        r4 = (r3 - k % n) & MASK32
        words[(k + p) % n] ^= r3
        words[(k + q) % n] ^= r4
        words[k % n] = r4
    return words


def twister(seed: int, stream: int):
    parts = [seed & MASK32, seed >> 32, stream & MASK32, stream >> 32]
    words = seed_sequence(parts, 2 * N)
    x = [words[2 * i] | words[2 * i + 1] << 32 for i in range(N)]
    if x[0] >> 31 == 0 and not any(x[1:]):
        x[0] = 1 << 63
    i = 0
    while True:
        y = (x[i] & ~0x7FFFFFFF & MASK64) | (x[(i + 1) % N] & 0x7FFFFFFF)
        x[i] = x[(i + M) % N] ^ (y >> 1) ^ (0xB5026F5AA96619E9 if y & 1 else 0)
        z = x[i]
        z ^= (z >> 29) & 0x5555555555555555
        z ^= (z << 17) & 0x71D67FFFEDA60000
        z ^= (z << 37) & 0xFFF7EEE000000000
        yield z ^ (z >> 43)
        i = (i + 1) % N


for seed, stream in ((42, 3), (0x123456789ABCDEF0, 0xFEDCBA9876543210)):
    numbers = twister(seed, stream)
    print(seed, stream, next(numbers), next(numbers))
