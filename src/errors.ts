/** One thing that is wrong with an input: where, which rule it breaks, and what to do about it. */
export interface Problem {
  /** Dotted path inside the document (`data.partition.alpha`), a file's path, or a flag. */
  readonly path: string
  /** The rule, as a sentence without a full stop: "must be at least 1". */
  readonly rule: string
  /** What the reader can do now: "give a number such as 0.1". */
  readonly remedy: string
}

export const describeProblem = ({ path, rule, remedy }: Problem): string =>
  `${path}: ${rule} (${remedy})`

/** An input from outside (file, flag, document) that cannot be used. The CLI prints every problem and exits 2. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError' as const
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options)
    this.problems = problems
  }
}

/** A run that began and could not finish. The CLI prints the message and exits 1. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError' as const
}

/** An error on its way to another thread: data. */
export interface Failure {
  readonly message: string
  /** Present when an input from outside is to blame. */
  readonly problems: readonly Problem[] | null
}

export const failureOf = (error: unknown): Failure => ({
  message: error instanceof Error ? error.message : String(error),
  problems: error instanceof InvalidInputError ? error.problems : null
})

/** The error again. `what`: where it comes from, such as `the device thread failed: `. */
export const errorOf = ({ message, problems }: Failure, what = ''): Error =>
  problems === null ? new RunFailedError(`${what}${message}`) : new InvalidInputError(problems)
