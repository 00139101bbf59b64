# Writes the reference values of R msm as JSON, one file for each case, into the directory
# given on the command line (default: the one of this script):
#
#   Rscript reference.R [DIRECTORY] [CASE ...]
#
# Each file holds two points, "start" and (where it was fitted) "fit". A point is a whole
# model: rates, effects, laws of the answers, start; with -2 log-likelihood, transition and
# first-passage matrices. Numbers have 17 digits.

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "cases.R"))

# JSON ------------------------------------------------------------------------------------

quoted <- function(text) paste0('"', text, '"')

as_json <- function(value, indent = "") {
  inner <- paste0(indent, "  ")
  if (is.null(value)) return("null")
  if (is.matrix(value)) {
    lines <- apply(value, 1, function(row) paste0("[", as_text(row), "]"))
    return(paste0("[\n", paste0(inner, lines, collapse = ",\n"), "\n", indent, "]"))
  }
  if (is.list(value) && !is.null(names(value))) {
    parts <- mapply(function(key, each) paste0(inner, quoted(key), ": ",
                                               as_json(each, inner)),
                    names(value), value)
    return(paste0("{\n", paste(parts, collapse = ",\n"), "\n", indent, "}"))
  }
  if (is.list(value)) {
    if (length(value) == 0) return("[]")
    parts <- sapply(value, function(each) paste0(inner, as_json(each, inner)))
    return(paste0("[\n", paste(parts, collapse = ",\n"), "\n", indent, "]"))
  }
  if (length(value) == 1 && !inherits(value, "AsIs")) return(as_text(value))
  paste0("[", as_text(value), "]")
}

as_text <- function(values) {
  written <- if (is.character(values)) quoted(values)
    else if (is.logical(values)) tolower(as.character(values))
    else ifelse(is.na(values), "null", sprintf("%.17g", values))
  paste(written, collapse = ", ")
}

# A point -----------------------------------------------------------------------------------

moves_of <- function(fit) {
  wanted <- which(t(fit$qmodel$imatrix) == 1)  # row by row, as msm numbers them
  size <- fit$qmodel$nstates
  list(from = (wanted - 1) %/% size + 1, to = (wanted - 1) %% size + 1)
}

standard_errors <- function(fit) {
  if (is.null(fit$covmat) || anyNA(fit$covmat)) return(NULL)
  sqrt(diag(fit$covmat))
}

transitions_of <- function(fit) {
  moves <- moves_of(fit)
  count <- length(moves$from)
  names <- names(fit$estimates.t)
  log_rates <- fit$paramdata$params[names == "qbase"]
  effects <- matrix(fit$paramdata$params[names == "qcov"], nrow = count)
  errors <- standard_errors(fit)
  labels <- fit$qcmodel$covlabels
  lapply(seq_len(count), function(k) {
    move <- list(from = moves$from[k], to = moves$to[k], rate = exp(log_rates[k]))
    if (!is.null(errors)) move$log_rate_error <- errors[names == "qbase"][k]
    if (length(labels)) {
      move$effects <- setNames(as.list(effects[k, ]), labels)
      if (!is.null(errors)) {
        of_effects <- matrix(errors[names == "qcov"], nrow = count)
        move$effect_errors <- setNames(as.list(of_effects[k, ]), labels)
      }
    }
    move
  })
}

# Laws of the answers, stage by stage, in the words of the project. A standard error is that
# of the parameter as msm transforms it: see README.md.
laws_of <- function(fit) {
  if (!fit$hmodel$hidden) return(NULL)
  if (!is.null(fit$emodel) && fit$emodel$misc) {
    law <- list(family = "categorical", given = ematrix.msm(fit, ci = "none"))
    class(law$given) <- "matrix"
    errors <- standard_errors(fit)
    if (!is.null(errors)) {
      chosen <- t(fit$emodel$imatrix) == 1
      law$logit_errors <- errors[names(fit$estimates.t) == "p"]
      wanted <- which(chosen)
      law$stages <- (wanted - 1) %/% fit$qmodel$nstates + 1
      law$levels <- (wanted - 1) %% fit$qmodel$nstates + 1
    }
    return(law)
  }
  parameters <- split(fit$hmodel$pars, fit$hmodel$parstate)
  living <- parameters[fit$hmodel$labels != "identity"]
  names <- split(names(fit$hmodel$plabs), fit$hmodel$parstate)
  label <- fit$hmodel$labels[1]
  given <- lapply(seq_along(living), function(s) {
    p <- unname(living[[s]])
    switch(label,
      binomial = p[2], poisson = p[1], normal = list(mean = p[1], sd = p[2]),
      nbinom = list(mean = p[1] * (1 - p[2]) / p[2], dispersion = p[1]),
      categorical = I(p[-(1:2)]))
  })
  family <- c(binomial = "bernoulli", poisson = "poisson", normal = "normal",
              nbinom = "negative_binomial", categorical = "categorical")[[label]]
  law <- list(family = family, given = given)
  errors <- standard_errors(fit)
  if (!is.null(errors) && family == "normal") {
    law$mean_errors <- errors[names(fit$estimates.t) == "mean"]
    law$log_sd_errors <- errors[names(fit$estimates.t) == "sd"]
  }
  law
}

passage_of <- function(fit, time, at) {
  msm::ppass.msm(fit, tot = time, covariates = if (length(at)) at else 0)
}

point_of <- function(fit, case) {
  at <- if (length(case$at)) case$at else 0
  matrices <- lapply(case$times, function(time) {
    transition <- pmatrix.msm(fit, t = time, covariates = at)
    passage <- passage_of(fit, time, case$at)
    attributes(transition) <- attributes(transition)["dim"]
    attributes(passage) <- attributes(passage)["dim"]
    content <- list(time = time)
    if (length(case$at)) content$covariates <- case$at
    c(content, list(transition = transition, passage = passage))
  })
  laws <- laws_of(fit)
  point <- list(minus_two_log_likelihood = fit$minus2loglik,
                transitions = transitions_of(fit))
  if (!is.null(laws)) {
    point$answers <- laws
    point$initial <- as.numeric(fit$hmodel$initprobs)
  }
  point$matrices <- matrices
  point
}

# A case ------------------------------------------------------------------------------------

run <- function(case, ...) {
  arguments <- c(case$call, list(data = case$data, subject = as.name(case$columns[1]),
                                 center = FALSE), list(...))
  do.call(msm, arguments)
}

# The best of two rounds, the second from where the first one stopped.
fitted <- function(case) {
  control <- list(fnscale = 4000, reltol = 1e-12, maxit = 10000)
  first <- run(case, control = control)
  again <- case
  again$call$qmatrix <- first$Qmatrices$baseline
  if (!is.null(again$call$ematrix)) again$call$ematrix <- first$Ematrices$baseline
  second <- run(again, control = control)
  if (second$minus2loglik < first$minus2loglik) second else first
}

describe <- function(name) {
  case <- cases[[name]]
  start <- run(case, fixedpars = TRUE)
  states <- start$qmodel$nstates
  content <- list(
    made_by = paste("R msm", packageVersion("msm")), data = case$set,
    columns = setNames(as.list(case$columns),
                       c("person", "time", "answer", case$columns[-(1:3)])),
    stages = states,
    absorbing_at_exact_times = if (is.null(case$call$deathexact)) NULL else states,
    conditional_on_first = !start$hmodel$hidden,
    first_stage_known = !is.null(case$call$obstrue))
  if (!is.null(case$answer)) content$columns$answer <- case$answer
  if (!is.null(case$call$censor)) {
    content$censored <- setNames(lapply(case$call$censor.states, I), case$call$censor)
    content$every <- 7
  }
  content$start <- point_of(start, case)
  if (case$fit) content$fit <- point_of(fitted(case), case)
  content
}

arguments <- commandArgs(trailingOnly = TRUE)
into <- if (length(arguments)) arguments[1] else here
chosen <- if (length(arguments) > 1) arguments[-1] else names(cases)
for (name in chosen) {
  started <- proc.time()[["elapsed"]]
  content <- describe(name)
  cat(as_json(content), "\n", sep = "", file = file.path(into, paste0(name, ".json")))
  cat(sprintf("%-26s %.10f %s  %.1f s\n", name, content$start$minus_two_log_likelihood,
              if (is.null(content$fit)) "" else
                sprintf("%.10f", content$fit$minus_two_log_likelihood),
              proc.time()[["elapsed"]] - started))
}
