# The data sets and models that the reference values of R msm are made of.
# Sourced by reference.R and export.R, which say where they stand in `here`.

suppressPackageStartupMessages(library(msm))

# A matrix from its rows.
rows <- function(...) do.call(rbind, list(...))

# Rates of a chain on which each stage but the last leads to both neighbours.
twoway <- rows(c(0, 0.25, 0, 0.25), c(0.166, 0, 0.166, 0.166),
               c(0, 0.25, 0, 0.25), c(0, 0, 0, 0))
oneway <- rows(c(0, 0.148, 0, 0.0171), c(0, 0, 0.202, 0.081),
               c(0, 0, 0, 0.126), c(0, 0, 0, 0))

# A living stage is taken for one beside it.
neighbours <- rows(c(0, 0.1, 0, 0), c(0.1, 0, 0.1, 0), c(0, 0.1, 0, 0), c(0, 0, 0, 0))

# Our own data, made by families.R.
families <- read.csv(file.path(here, "families.csv"))

made_as <- function(column) {
  data <- families
  data$y <- ifelse(data$stage == 4, 99, data[[column]])
  data
}

# Some living stages known as sets only.
with_censored <- function(data, state, every) {
  alive <- which(data[[state]] != 4 & duplicated(data[[1]]))
  data[[state]][alive[seq(1, length(alive), every)]] <- 99
  data[[state]][alive[seq(2, length(alive), every)]] <- 98
  data
}

first_rows <- function(person) as.numeric(!duplicated(person))

psoriasis <- rows(c(0, 0.1, 0, 0), c(0, 0, 0.1, 0), c(0, 0, 0, 0.1), c(0, 0, 0, 0))

made_rates <- rows(c(0, 0.25, 0.03, 0.02), c(0.25, 0, 0.2, 0.04),
                   c(0.03, 0.2, 0, 0.1), c(0, 0, 0, 0))

# A hidden model of our own data by one answer, of the law given for each stage.
made_case <- function(column, laws) {
  list(
    data = made_as(column), columns = c("person", "time", "y", "x"), set = "families",
    answer = column,
    call = list(y ~ time, qmatrix = made_rates, covariates = ~x,
                hmodel = c(laws, list(hmmIdent(99))), deathexact = 4,
                initprobs = c(0.7, 0.2, 0.1, 0),
                covinits = list(x = rep(0.1, 9))),
    times = c(0.5, 7), at = list(x = 0.5), fit = FALSE)
}

# Each case: the data, what msm is called with, the times at which its matrices are
# wanted, and where in the covariates. `center = FALSE` is added to each call, so that the
# rates are those at covariates of zero. Without `fit` only the values at the starting
# point are made.
cases <- list(
  cav_stages = list(
    data = cav, columns = c("PTNUM", "years", "state"), set = "cav",
    call = list(state ~ years, qmatrix = twoway, deathexact = 4),
    times = c(1, 10), at = list(), fit = TRUE),
  cav_sex = list(
    data = cav, columns = c("PTNUM", "years", "state", "sex"), set = "cav",
    call = list(state ~ years, qmatrix = twoway, deathexact = 4, covariates = ~sex,
                covinits = list(sex = rep(c(0.1, -0.2, 0.3), length.out = 7))),
    times = c(1, 10), at = list(sex = 1), fit = FALSE),
  cav_censored = list(
    data = with_censored(cav, "state", 7), columns = c("PTNUM", "years", "state"),
    set = "cav",
    call = list(state ~ years, qmatrix = twoway, deathexact = 4, censor = c(99, 98),
                censor.states = list(c(1, 2, 3), c(2, 3))),
    times = c(1, 10), at = list(), fit = FALSE),
  cav_misclassification = list(
    data = cav, columns = c("PTNUM", "years", "state"), set = "cav",
    call = list(state ~ years, qmatrix = oneway, ematrix = neighbours, deathexact = 4),
    times = c(1, 10), at = list(), fit = TRUE),
  cav_first_stage_known = list(
    data = cav, columns = c("PTNUM", "years", "state"), set = "cav",
    call = list(state ~ years, qmatrix = oneway, ematrix = neighbours, deathexact = 4,
                obstrue = cav$firstobs),
    times = c(1, 10), at = list(), fit = FALSE),
  psor_covariates = list(
    data = psor[complete.cases(psor), ],  # msm leaves the others out itself
    columns = c("ptnum", "months", "state", "hieffusn", "ollwsdrt"),
    set = "psor",
    call = list(state ~ months, qmatrix = psoriasis, covariates = ~ ollwsdrt + hieffusn,
                constraint = list(hieffusn = c(1, 1, 1), ollwsdrt = c(1, 1, 2)),
                covinits = list(ollwsdrt = c(-0.1, -0.1, 0.2),
                                hieffusn = c(0.3, 0.3, 0.3))),
    times = c(3, 24), at = list(ollwsdrt = 1, hieffusn = 0), fit = TRUE),
  bos_stages = list(
    data = bos, columns = c("ptnum", "time", "state"), set = "bos",
    call = list(state ~ time, deathexact = 5,
                qmatrix = rows(c(0, 0.03, 0, 0, 0.003), c(0, 0, 0.05, 0, 0.006),
                               c(0, 0, 0, 0.05, 0.02), c(0, 0, 0, 0, 0.05),
                               c(0, 0, 0, 0, 0))),
    times = c(6, 60), at = list(), fit = TRUE),
  fev_normal = list(
    data = fev, columns = c("ptnum", "days", "fev"), set = "fev",
    call = list(fev ~ days, deathexact = 3,
                qmatrix = rows(c(0, exp(-6), exp(-9)), c(0, 0, exp(-6)), c(0, 0, 0)),
                hmodel = list(hmmNorm(mean = 100, sd = 16), hmmNorm(mean = 54, sd = 18),
                              hmmIdent(999))),
    times = c(30, 365), at = list(), fit = TRUE),
  aneur_misclassification = list(
    data = aneur, columns = c("ptnum", "age", "state"), set = "aneur",
    call = list(state ~ age, obstrue = first_rows(aneur$ptnum),
                qmatrix = rows(c(0, 0.03, 0, 0), c(0, 0, 0.1, 0), c(0, 0, 0, 0.2),
                               c(0, 0, 0, 0)),
                ematrix = rows(c(0, 0.02, 0, 0), c(0.1, 0, 0.05, 0), c(0, 0.05, 0, 0.03),
                               c(0, 0, 0.05, 0))),
    times = c(1, 10), at = list(), fit = TRUE),
  made_bernoulli = made_case(
    "used", list(hmmBinom(1, 0.1), hmmBinom(1, 0.35), hmmBinom(1, 0.75))),
  made_poisson = made_case("nights", list(hmmPois(0.6), hmmPois(1.4), hmmPois(3.5))),
  made_negative_binomial = made_case(
    "cups", list(hmmNBinom(2, 0.6), hmmNBinom(2.5, 0.45), hmmNBinom(1.5, 0.2))),
  made_normal = made_case(
    "mood", list(hmmNorm(7.2, 1.1), hmmNorm(5.1, 1.4), hmmNorm(2.9, 1.3))),
  made_categorical = made_case(
    "craving",
    list(hmmCat(c(0.55, 0.3, 0.15)), hmmCat(c(0.3, 0.45, 0.25)),
         hmmCat(c(0.1, 0.25, 0.65)))))
