type Milliseconds = number

/** How long a peer waits before it exchanges a neighbour, and counts; see Partners. */
export interface PartnerTimes {
  /** Wanted, and no link for so long: it cannot be reached. One attempt to dial takes 15 s at the most. */
  readonly patience: Milliseconds
  /** The same for one that refuses: after so many failures, and this long; a restart takes seconds. */
  readonly quick: Milliseconds
  readonly failures: number
  /** A link that has been up for so long has proved itself. */
  readonly settled: Milliseconds
  /** First and longest time for which one that was given up is left alone. */
  readonly out: readonly [first: Milliseconds, longest: Milliseconds]
  /** A neighbour that has sent nothing of use for so long, while most others have. */
  readonly useless: Milliseconds
  /** The same for one that only called. */
  readonly callerIdle: Milliseconds
}

export const PARTNER_TIMES: PartnerTimes = {
  patience: 20_000,
  quick: 5_000,
  failures: 3,
  settled: 10_000,
  out: [30_000, 600_000],
  useless: 180_000,
  callerIdle: 60_000
}
