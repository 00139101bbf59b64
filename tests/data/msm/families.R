# Writes families.csv, our own data: 80 persons, four stages, the last one entered at known
# times; a covariate that changes, and answers of five families. Run once; the file is what
# counts, for the random numbers may change with R.

suppressPackageStartupMessages(library(msm))

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
rows <- function(...) do.call(rbind, list(...))

make_families <- function() {
  set.seed(20260301)
  q <- rows(c(0, 0.30, 0.02, 0.01), c(0.20, 0, 0.25, 0.03),
            c(0.02, 0.15, 0, 0.08), c(0, 0, 0, 0))
  diag(q) <- -rowSums(q)
  yes <- c(0.1, 0.4, 0.8)
  level <- rows(c(0.6, 0.3, 0.1), c(0.3, 0.4, 0.3), c(0.1, 0.2, 0.7))
  made <- NULL
  for (person in 1:80) {
    way <- sim.msm(q, maxtime = 14, start = sample(3, 1, prob = c(0.7, 0.2, 0.1)))
    at <- function(t) way$states[findInterval(t, way$times)]
    died <- if (4 %in% way$states) way$times[match(4, way$states)] else Inf
    times <- c(0, cumsum(round(rexp(9, 1 / 1.2) + 0.05, 3)))
    times <- times[times < min(died, 14)]
    stage <- sapply(times, at)
    n <- length(times)
    part <- data.frame(
      person = person, time = times, stage = stage, x = round(runif(n), 3),
      used = rbinom(n, 1, yes[stage]), nights = rpois(n, c(0.5, 1.5, 4)[stage]),
      cups = rnbinom(n, size = c(2, 3, 1.5)[stage], mu = c(1, 3, 6)[stage]),
      mood = round(rnorm(n, c(7, 5, 3)[stage], c(1, 1.5, 1.2)[stage]), 3),
      craving = sapply(stage, function(s) sample(3, 1, prob = level[s, ])))
    if (is.finite(died) && died < 14) {
      part <- rbind(part, data.frame(person = person, time = round(died, 6), stage = 4,
        x = part$x[n], used = NA, nights = NA, cups = NA, mood = NA, craving = NA))
    }
    made <- rbind(made, part)
  }
  made
}

write.csv(make_families(), file.path(here, "families.csv"), row.names = FALSE,
          quote = FALSE, na = "")
