"""Estimators for scikit-learn: `pip install relapse[evaluate]`.

Both take a frame with a column of persons and one of times, and know the order of a
person's rows; so they belong into `GroupKFold` and its kin, with the persons as groups.
An array without names, or a frame without these columns, is taken row by row, each of a
person of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, check_X_y, validate_data

from relapse import _core
from relapse._errors import InvalidInput
from relapse._odds import log_odds
from relapse._passes.arguments import ModelOrName, find_model
from relapse._passes.fits import FitResult, fit
from relapse._passes.scores import filter, score  # noqa: A004
from relapse._reading.cells import is_missing
from relapse._reading.columns import FloatArray

#: Of the widest column: no standard deviation of a stage starts below this share of it.
_SMOOTHING = 1e-4
_STAGES = ("without_use", "use")
#: In days: no model looks further ahead.
_A_CENTURY = 36_525.0


class _Reader(BaseEstimator):  # type: ignore[misc] # sklearn has no types
    """Turns what scikit-learn passes into check-ins."""

    model: ModelOrName | None
    person: str | None
    time: str | None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True  # a missing answer
        return tags

    def _made_model(self) -> bool:
        return self.model is None

    def _check_ins(self, X: Any, reset: bool) -> dict[str, Any]:
        """Return the columns of check-ins: person, time, items."""
        return self._named(X, reset) if self._has_names() else self._plain(X, reset)

    def _has_names(self) -> bool:
        return self.person is not None or self.time is not None or not self._made_model()

    def _named(self, X: Any, reset: bool) -> dict[str, Any]:
        """Return the columns of a frame under their own names."""
        if not hasattr(X, "columns"):
            raise InvalidInput(
                "X: is no frame, but a model or columns of persons and times need names"
            )
        validate_data(self, X, reset=reset, skip_check_array=True)
        names = [str(name) for name in X.columns]
        columns = {name: X[name] for name in names}
        for role, name in (("person", self.person), ("time", self.time)):
            if name is not None and name not in columns:
                raise InvalidInput(f"{role}: column {name!r} is not in X")
        count = len(X)
        person: Any = np.arange(count) if self.person is None else columns[self.person]
        time: Any = np.zeros(count) if self.time is None else columns[self.time]
        roles = {"person": person, "time": time}
        answers = {n: v for n, v in columns.items() if n not in (self.person, self.time)}
        if roles.keys() & answers.keys():
            raise InvalidInput("X: has a column 'person' or 'time' of another meaning")
        if self._made_model():
            answers = {
                f"x{k}": _numbers(name, values)
                for k, (name, values) in enumerate(answers.items())
            }
        else:
            answers = {name: _listed(values) for name, values in answers.items()}
        return {"person": np.asarray(person), "time": _times(time), **answers}

    def _plain(self, X: Any, reset: bool) -> dict[str, Any]:
        values = validate_data(
            self, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        return {
            "person": np.arange(len(values)),
            "time": np.zeros(len(values)),
            **{f"x{k}": values[:, k] for k in range(values.shape[1])},
        }


def _numbers(name: str, values: Any) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput(f"column {name!r}: must hold numbers") from None


def _listed(values: Any) -> Any:
    """Return numbers as an array, anything else as a list with None where missing."""
    array = np.asarray(values)
    if array.dtype.kind in "biuf":
        return array
    return [None if is_missing(value) else value for value in values]


def _times(values: Any) -> Any:
    array = np.asarray(values)
    return array if array.dtype.kind in "iuf" else list(values)


class RelapseClassifier(ClassifierMixin, _Reader):  # type: ignore[misc]
    """Says at each check-in how likely use is, which is one of two classes.

    Without `horizon_days` the classes are states at the row: one is that of the model's
    stages of use, and a fit knows the stages of its rows from `y`. With `horizon_days`,
    `y` says whether a return to use came within that time, and the risk of the model is
    recalibrated to it by a logistic regression on its log odds.

    Parameters
    ----------
    model
        A model, or the name of one that comes with the library. None: a model of two
        stages is made, in which every column is a sign with a normal distribution.
    person, time
        Columns of X. None: each row is a person of its own.
    horizon_days
        A horizon in days, see above.
    fit_model
        Whether `fit` fits the numbers of the model, or takes them as they are.
    recalibrate
        Whether the risk within `horizon_days` is recalibrated.
    use_class
        The class that is use. None: 1 of 0 and 1 or -1 and 1, True of truth values. Other
        classes are refused then, for the alphabet does not know what use is; but not with
        a model that is made of the classes, in which the two stages are alike.
    max_iterations
        Of the fit of the model.

    Attributes
    ----------
    model_
        The model that predicts.
    classes_
        The two classes, sorted.
    use_class_
        The one of them that is use.
    n_features_in_, feature_names_in_
        As everywhere in scikit-learn.

    """

    def __init__(
        self,
        model: ModelOrName | None = None,
        *,
        person: str | None = None,
        time: str | None = None,
        horizon_days: float | None = None,
        fit_model: bool = True,
        recalibrate: bool = True,
        use_class: Any = None,
        max_iterations: int = 200,
    ) -> None:
        self.model = model
        self.person = person
        self.time = time
        self.horizon_days = horizon_days
        self.fit_model = fit_model
        self.recalibrate = recalibrate
        self.use_class = use_class
        self.max_iterations = max_iterations

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any) -> RelapseClassifier:
        """Fit to rows X, and for each row one of two classes in y."""
        if y is None:
            raise ValueError("y: requires y to be passed, but the target y is None")
        if not self._has_names():
            _, y = check_X_y(
                X, y, dtype=np.float64, ensure_all_finite="allow-nan", estimator=self
            )
        check_ins = self._check_ins(X, reset=True)
        y = np.asarray(y)
        check_classification_targets(y)
        if type_of_target(y) not in ("binary",):
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{type_of_target(y)}."
            )
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError("y: has one class, but the classifier needs two classes")
        self._use_place = self._place_of_use()
        self.use_class_ = self.classes_[self._use_place]
        target = np.asarray(y == self.use_class_, dtype=np.int64)
        if len(target) != len(check_ins["person"]):
            raise ValueError("X and y: must have as many rows")
        if self._made_model():
            self.model_ = _two_stages(check_ins, target == 1)
        else:
            assert self.model is not None
            self.model_ = find_model(self.model)
        if self.fit_model:
            self.model_ = self._fitted(check_ins, target)
        if self.horizon_days is not None and self.recalibrate:
            odds = log_odds(self._risk(check_ins)).reshape(-1, 1)
            self.recalibration_ = LogisticRegression(C=np.inf).fit(odds, target)
        return self

    def _place_of_use(self) -> int:
        """Return which of the two classes is use."""
        classes = self.classes_.tolist()
        if self.use_class is not None:
            if self.use_class not in classes:
                raise ValueError("use_class: is none of the two classes in y")
            return int(classes.index(self.use_class))
        symmetric = self._made_model() and self.horizon_days is None
        if not symmetric and classes not in ([0, 1], [-1, 1]):
            raise ValueError(
                "y: has classes of which none is plainly use, so use_class must say "
                "which is"
            )
        return 1

    def _fitted(self, check_ins: dict[str, Any], target: npt.NDArray[Any]) -> _core.Model:
        alone = self.person is None
        known = dict(check_ins)
        if self.horizon_days is None:
            document = self.model_.to_dict()
            words = ["|".join(_of_use(document, use)) for use in (False, True)]
            known["stage"] = [words[row] for row in target]
        if alone and self._made_model():
            return self.model_  # single rows: the moments of the classes are the maximum
        result = fit(
            known,
            self.model_,
            starts=1,
            covariance="none",
            max_iterations=self.max_iterations,
        )
        if result.status == "impossible":
            raise ValueError(f"fit: {result.message}")
        return _found(result)

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the probability of each class, a row for each row of X."""
        check_is_fitted(self)
        check_ins = self._check_ins(X, reset=False)
        if self.horizon_days is None:
            stages = filter(check_ins, self.model_)
            use = _of_use(self.model_.to_dict(), True)
            p = np.sum([stages[f"stage_{stage}"] for stage in use], axis=0)
        else:
            p = self._risk(check_ins)
            if self.recalibrate:
                odds = log_odds(p).reshape(-1, 1)
                p = self.recalibration_.predict_proba(odds)[:, 1]
        p = np.clip(p, 0.0, 1.0)  # a sum of shares may exceed 1 by rounding
        columns = [1.0 - p, p] if self._use_place == 1 else [p, 1.0 - p]
        return np.stack(columns, axis=1)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the likelier class of each row."""
        likelier = self.predict_proba(X)[:, self._use_place] > 0.5
        place = np.where(likelier, self._use_place, 1 - self._use_place)
        classes: npt.NDArray[Any] = self.classes_[place]
        return classes

    def _risk(self, check_ins: dict[str, Any]) -> FloatArray:
        assert self.horizon_days is not None
        found: dict[str, Any] = score(
            check_ins, _with_horizon(self.model_, self.horizon_days)
        )
        return np.asarray(found[f"risk_{self.horizon_days:g}d"], dtype=np.float64)


class StageTransformer(TransformerMixin, _Reader):  # type: ignore[misc]
    """Turns check-ins into stage probabilities, given each person's answers so far.

    Parameters
    ----------
    model, person, time, max_iterations
        As for RelapseClassifier; the model made when there is none has two stages, found
        from the columns alone.
    fit_model
        Whether `fit` fits the numbers of the model. A made model is always fitted.

    """

    def __init__(
        self,
        model: ModelOrName | None = None,
        *,
        person: str | None = None,
        time: str | None = None,
        fit_model: bool = False,
        max_iterations: int = 200,
    ) -> None:
        self.model = model
        self.person = person
        self.time = time
        self.fit_model = fit_model
        self.max_iterations = max_iterations

    def fit(self, X: Any, y: Any = None) -> StageTransformer:
        """Fit to rows X; y is not used."""
        check_ins = self._check_ins(X, reset=True)
        made = self._made_model()
        if made:
            self.model_ = _two_stages(check_ins, _above_the_middle(check_ins))
        else:
            assert self.model is not None
            self.model_ = find_model(self.model)
        if self.fit_model or made:
            result = fit(
                check_ins,
                self.model_,
                free=["initial", "given"] if self.person is None else ["*"],
                starts=1,
                covariance="none",
                prior=1.0 if made else None,
                max_iterations=self.max_iterations,
            )
            self.model_ = _found(result)
        return self

    def transform(self, X: Any) -> FloatArray:
        """Return stage probabilities, a row for each row of X and a column a stage."""
        check_is_fitted(self)
        check_ins = self._check_ins(X, reset=False)
        stages = filter(check_ins, self.model_)
        return np.stack([stages[f"stage_{name}"] for name in self.model_.stages], axis=1)

    def get_feature_names_out(
        self, input_features: Sequence[str] | None = None
    ) -> npt.NDArray[Any]:
        check_is_fitted(self)
        names = [f"stage_{name}" for name in self.model_.stages]
        return np.array(names, dtype=object)


def _found(result: FitResult) -> _core.Model:
    """Return the model of a fit; Ctrl-C ends the search that fits many of them, too."""
    if result.status == "interrupted":
        raise KeyboardInterrupt
    return result.model


def _of_use(document: dict[str, Any], use: bool) -> list[str]:
    return [s["id"] for s in document["stages"] if bool(s.get("use")) == use]


def _with_horizon(model: _core.Model, days: float) -> _core.Model:
    if days in model.horizons:
        return model
    if not 0.0 < days <= _A_CENTURY:
        raise InvalidInput("horizon_days: must be above 0 and at most a century")
    document = model.to_dict()
    document["horizons_days"] = sorted([*document["horizons_days"], days])
    return _core.Model.from_dict(document)


def _items(check_ins: dict[str, Any]) -> list[str]:
    return [name for name in check_ins if name not in ("person", "time")]


def _above_the_middle(check_ins: dict[str, Any]) -> npt.NDArray[np.bool_]:
    """Which rows lie above the median of the sum of the standardised columns."""
    total = np.zeros(len(check_ins["person"]))
    for name in _items(check_ins):
        x = check_ins[name]
        known = ~np.isnan(x)
        spread = float(np.std(x[known])) if known.any() else 0.0
        if spread > 0.0:
            total[known] += (x[known] - float(np.mean(x[known]))) / spread
    return np.asarray(total > np.median(total))


def _two_stages(check_ins: dict[str, Any], use: npt.NDArray[np.bool_]) -> _core.Model:
    """Return a model of two stages with the moments of rows without use and of use."""
    share = float(np.clip(use.mean(), 0.5 / len(use), 1.0 - 0.5 / len(use)))
    items = []
    for name in _items(check_ins):
        values = check_ins[name]
        known = values[~np.isnan(values)]
        whole = (float(known.mean()), float(known.std())) if len(known) else (0.0, 1.0)
        least = max(_SMOOTHING * whole[1], 1e-12 * max(1.0, abs(whole[0])))
        given = {}
        for stage, rows in zip(_STAGES, (~use, use), strict=True):
            mine = values[rows & ~np.isnan(values)]
            mean, sd = (float(mine.mean()), float(mine.std())) if len(mine) else whole
            given[stage] = {"mean": mean, "sd": max(sd, least)}
        items.append(
            {"id": name, "role": "sign", "family": "normal", "given": given,
             "source": "moments of the rows given"}
        )  # fmt: skip
    rate = {"rate": 0.1, "source": "expert default: a start for the fit"}
    return _core.Model.from_dict(
        {
            "schema": "relapse/model/1",
            "id": "made_from_columns",
            "version": "1",
            "title": "Two stages, made from columns",
            "stages": [{"id": "without_use"}, {"id": "use", "use": "lapse"}],
            "initial": {"without_use": 1.0 - share, "use": share},
            "transitions": [
                {"from": "without_use", "to": "use", "direction": "toward_use", **rate},
                {"from": "use", "to": "without_use", "direction": "recovery", **rate},
            ],
            "items": items,
            "horizons_days": [7],
            "levels": {
                "horizon_days": 7,
                "cuts": {"guarded": 0.2, "elevated": 0.4, "high": 0.6, "critical": 0.8},
                "source": "expert default",
            },
            "calibration": {"status": "fitted to rows"},
        }
    )
