// The documents as the library reads and writes them. Names in documents are those of the
// C++ library and of its documentation; times that go in may be `Date`s.

/** A timestamp with its zone, a number of days since 1970-01-01T00:00 UTC, or a Date. */
export type Time = string | number | Date;
export type Level = "low" | "guarded" | "elevated" | "high" | "critical";
export type MissingReason =
  "unknown" | "not_asked" | "declined" | "not_performed" | "masked" | "not_applicable";

export interface CheckIn {
  time: Time;
  person?: string;
  answers?: Record<string, number | string>;
  missing?: Record<string, MissingReason>;
  known_stage?: { any_of: string[]; entered?: boolean };
  used_days_ago?: number;
  abstinent_since_last?: boolean;
  acknowledge?: string[];
  seconds?: number;
}

export interface Risk {
  within_days: number;
  probability: number;
  /** 95 % interval. */
  low: number;
  high: number;
  new_use: number | null;
  relapse: number | null;
  leaves_use?: number;
}

export interface Driver {
  kind: "time" | "known" | "determinant" | "sign" | "excluded" | "remainder";
  id: string;
  /** Of the change of risk; they add up to it. */
  contribution: number;
}

/** `relapse/assessment/1` */
export interface Assessment {
  schema: "relapse/assessment/1";
  model: {
    id: string;
    version: string;
    content_hash: string;
    calibration_status: string;
    kernel: string;
  };
  time: string | number;
  stage: string;
  stages: Record<string, number>;
  level: Level;
  numeric_level: Level;
  level_risk: number;
  level_horizon_days: number;
  risks: Risk[];
  /** Those of the model; with drivers where the monitor was asked for them. */
  outcomes: { id: string; probability: number; drivers?: Driver[] }[];
  drivers: Driver[];
  /** Safety flags that are up; they come before everything else. */
  flags: string[];
  unreadable_flags: string[];
  unknown_flags: string[];
  floors: { id: string; level: Level; [key: string]: unknown }[];
  in_use: boolean;
  replay_needed: boolean;
  lost_tolerance_notice: boolean;
  lost_tolerance_until?: string | number;
  propensity: number;
  recovery_propensity?: number;
  /** Means of the latent dimensions that the model names, by id. */
  dimensions?: Record<string, number>;
  log_likelihood: number;
  quality: { id: string; items: string[] }[];
  inputs: { used: string[]; missing: Record<string, MissingReason> };
}

export interface Suggestion {
  action: string;
  words: string;
  reason: string;
  change: number;
  level_change: number;
  level_change_low: number;
  level_change_high: number;
  acts_on: string[];
  from_plan: boolean;
  if_then?: string;
  contact?: string;
  need?: string;
  source?: string;
}

/** The clock of a place over a stretch of time; `zone` makes one. */
export interface Zone {
  transitions: { at: Time; offset_seconds: number }[];
  known_until: Time;
}

export interface SuggestSettings {
  count?: number;
  horizon_days?: number;
  minutes?: number;
  contact_available?: boolean;
  places?: string[];
  coming?: string[];
  cool_down_days?: number;
  quiet_hours?: [string, string];
  zone?: Zone;
  level?: Level;
  exploration?: number;
  seed?: number;
  locale?: string;
}

/** `relapse/plan/1`; the parts are described in the documentation. */
export interface Plan {
  schema: "relapse/plan/1";
  person: string;
  version: number;
  reasons?: string[];
  crisis_steps?: string[];
  [part: string]: unknown;
}

export interface Finding {
  gap: string;
  entry?: string;
  words: string;
}

export interface MergedPlan {
  schema: "relapse/merged_plan/1";
  plan: Plan;
  conflicts: {
    part: string;
    entry: string;
    field?: string;
    base: unknown;
    kept: unknown;
    other: unknown;
  }[];
}

/** `relapse/items/1`: what to make a form of. */
export interface Items {
  schema: "relapse/items/1";
  language: string;
  items: {
    id: string;
    label: string;
    question: string;
    role: "sign" | "determinant" | "use" | "safety" | "follow_up";
    lowest?: number;
    highest?: number;
    adverse: "none" | "low" | "high";
    asked?: "daily" | "weekly" | "at_start" | "after_use";
    labels?: string[];
    computed?: true;
  }[];
}

/** `relapse/instrument_score/1` */
export interface InstrumentScore {
  schema: "relapse/instrument_score/1";
  instrument: string;
  subscales: {
    subscale: string;
    value: number | null;
    band?: string;
    cut_offs: string[];
    missing: number;
    refused?: string;
    probabilities?: { column: string; published: number; monotone: number }[];
  }[];
  flags: string[];
  unknown_flags: string[];
}

/** What was refused, and where; never what a person answered. */
export class RelapseError extends Error {
  readonly kind: "parse" | "invalid" | "check_in" | "misuse" | "memory" | "other";
  /** JSON pointer into a document that was read. */
  readonly pointer?: string;
  readonly person?: string;
  readonly item?: string;
  /** Safety flags that a refused check-in raised all the same: look at these first. */
  readonly flags: string[];
  readonly unreadable_flags: string[];
}

/** Holds memory of the module until it is freed, or lost. */
interface Held {
  free(): void;
}

/** `relapse/fhir_check_ins/1` */
export interface FhirCheckIns {
  schema: "relapse/fhir_check_ins/1";
  check_ins: CheckIn[];
  /** Safety answers of resources without a time: update with the time at which you read them. */
  untimed: { [key: string]: unknown }[];
  medication: { [key: string]: unknown }[];
  /** What was not read, and why. */
  notes: { kind: string; place: string; person?: string; problem: string; questions?: string[] }[];
}

export interface Model extends Held {
  document(): Record<string, unknown>;
  items(locale?: string): Items;
  shortForm(count: number): string[];
  /** Somebody new, with all that an app keeps. */
  caseFile(start?: {
    person?: string;
    days_since_use?: number;
    days_in_recovery?: number;
  }): CaseFile;
  /** Somebody known, from `CaseFile.text`. */
  readCaseFile(text: string): CaseFile;
  /** Somebody new, the numbers alone. */
  monitor(start?: {
    days_since_use?: number;
    days_in_recovery?: number;
    drivers?: boolean;
    /** Why each outcome of the model changed, too. */
    outcome_drivers?: boolean;
  }): Monitor;
  /** Somebody known, from a snapshot of a monitor. */
  restore(snapshot: Uint8Array): Monitor;
  checkPlan(plan: Plan, settings?: { now?: Time; locale?: string }): Finding[];
  planPage(
    plan: Plan,
    settings?: { format?: "html" | "markdown"; locale?: string; zone?: Zone; now?: Time },
  ): string;
  /** Check-ins out of FHIR R4 (a resource, a Bundle, a list, or NDJSON), with `relapse_fhir.wasm`. */
  fhirCheckIns(
    fhir: string | object,
    settings?: { patient?: string; dates?: "refuse" | "noon_utc" },
  ): FhirCheckIns;
}

export type EventKind =
  | "check_in" | "use_report" | "test_result" | "plan" | "schedule" | "follow_up"
  | "acknowledge" | "message_sent" | "help_wanted" | "appointment" | "goal" | "step"
  | "learning" | "note" | "correction";

/** An event of `relapse/case_file/1`; its other keys depend on its kind. */
export interface CaseEvent {
  kind: EventKind;
  /** One for each event: the same event told twice counts once. */
  id: string;
  at: Time;
  /** When it came, where that is later than `at`: what it raises counts from then on. */
  told?: Time;
  by?: "own" | "family" | "peer" | "clinician" | "app";
  [key: string]: unknown;
}

/** `relapse/event_result/1` */
export interface EventResult {
  status: "taken_in" | "replayed" | "known" | "refused";
  id: string;
  problem?: string;
  flags: string[];
  unreadable_flags: string[];
  raised: string[];
  lowered: string[];
  level?: Level | null;
  /** Of `help_wanted`. */
  help?: Help;
  [key: string]: unknown;
}

/** What helps at once, whatever the level. */
export interface Help {
  /** Whom to call in danger, such as `112`. */
  emergency: string;
  crisis_protocol: string[];
  /** The person's own. */
  crisis_steps: string[];
  reasons: string[];
  urge?: { action?: string; words: string; from_plan: boolean; tried: number; helped?: number };
  reach: { name: string; role?: string; channel?: string; agreed: boolean; links: string[] }[];
  numbers: {
    name: string;
    kind: "emergency" | "crisis_line" | "helpline";
    call?: string;
    text?: string;
    web?: string;
    hours?: string;
    note?: string;
    checked: string;
    links: string[];
  }[];
}

/** `relapse/view/1`: all that can be shown at a moment; the documentation has each key. */
export interface View {
  schema: "relapse/view/1";
  now: string | number;
  language: string;
  person?: string;
  assessment: Assessment | null;
  last_check_in: Assessment | null;
  flags: { flag: string; words: string; raised: string | number; unreadable: boolean }[];
  /** Crisis steps first. */
  suggestions: Suggestion[];
  next_questions: string[];
  contact: {
    /** What the contact rules ask for now; nothing is sent from here. */
    messages: { message: "self_nudge" | "contact"; contact: string; rule: string; at: string | number }[];
    trace: { rule: string; contact: string; outcome: string; days_held: number; why: string }[];
    problems: unknown[];
  };
  after_use: {
    kind: string;
    first: string | number;
    last: string | number;
    /** Of what was told; null where that is not known. */
    counts: Record<string, number | null>;
    steps: { step: string; words: string; contacts: string[]; done: boolean; source?: string }[];
    next: number | null;
    proposals: Record<string, unknown>[];
    next_check_in: string | number;
  } | null;
  plan: { there: boolean; version: number; findings: Finding[]; conflicts: unknown[] };
  review: { due: { occasion: string; at: string | number; due: boolean }[]; [key: string]: unknown };
  goals: Record<string, unknown>[];
  appointments: Record<string, unknown>[];
  schedule: { every_days: number; expected: number; missed: number; [key: string]: unknown } | null;
  ahead: { trigger: string; words: string; date: string; until?: string }[];
  tests: Record<string, unknown>[];
  doubted: Record<string, unknown>[];
  notes: Record<string, unknown>[];
  help: Help;
  help_wanted?: string | number;
  problems: { id: string; problem: string }[];
  basis: Record<string, unknown>;
}

export interface ViewSettings {
  now: Time;
  locale?: string;
  zone?: Zone;
  suggestions?: number;
  questions?: number;
  days_ahead?: number;
}

/** One person, with all that an app keeps: a log of events, and what follows from them. */
export interface CaseFile extends Held {
  /** Throws nothing for what stands in the event: `status` says what came of it. */
  add(event: CaseEvent | string): EventResult;
  view(settings: ViewSettings): View;
  /** What helps at once, whatever the level. */
  help(settings: { now: Time; locale?: string }): Help;
  /** Takes in what another device was told of the same person. */
  merge(other: CaseFile): void;
  /** Closes the log behind the last check-in up to a moment. */
  compact(before: Time): void;
  problems(): { id: string; problem: string }[];
  /** The log: all there is to keep, for `Model.readCaseFile`. */
  text(): string;
}

/** One person, followed check-in by check-in: the numbers alone. */
export interface Monitor extends Held {
  update(checkIn: CheckIn): Assessment;
  at(time: Time): Assessment;
  /** False where the flag stays up, because it rose later. */
  acknowledge(flag: string, at: Time): boolean;
  followUp(plan: Plan, told: { action: string; at: Time; helped?: number }): void;
  suggest(plan: Plan, settings?: SuggestSettings): Suggestion[];
  questions(count: number, soFar: CheckIn): string[];
  /** A transaction of FHIR R4 with what is known of a person, with `relapse_fhir.wasm`. */
  fhirBundle(told: {
    person: string;
    at: Time;
    /** As a response. */
    checkIn?: CheckIn;
    /** What the contact may see of it. */
    plan?: Plan;
    contact?: string;
    /** What the assessment rests on, such as `QuestionnaireResponse/12`. */
    basis?: string;
    locale?: string;
  }): { resourceType: "Bundle"; [key: string]: unknown };
  snapshot(): Uint8Array;
}

export interface Relapse {
  readonly abi: number;
  readonly version: string;
  /** Bytes of memory that the module holds; for all persons together. */
  readonly memory: number;
  /** One that comes with the library, by name, or a document `relapse/model/1`. */
  model(
    nameOrDocument?: "standard" | "weekly_bam" | "opioid_weekly" | Record<string, unknown>,
  ): Model;
  instrumentNames(): string[];
  instrument(name: string, locale?: string): Record<string, unknown>;
  score(name: string, answers: Record<string, number | null>): InstrumentScore;
  revisePlan(plan: Plan, next: Plan, revision: { device: string; at: Time }): Plan;
  mergePlans(one: Plan, other: Plan): MergedPlan;
}

/**
 * Loads the library.
 * @param source bytes, a response or a compiled module; absent: the file of the package
 */
export function load(
  source?: Uint8Array | ArrayBuffer | Response | WebAssembly.Module | Promise<Response>,
): Promise<Relapse>;

export function zone(name: string, from: Time, until: Time): Zone;
