import type { AlarmName } from './alarms.ts'

export type Kept = 'record' | 'checkpoint'

/** A full disk, an exceeded quota. */
const FULL = /\b(ENOSPC|EDQUOT)\b/

const FAILED = { record: 'records-failed', checkpoint: 'checkpoint-failed' } as const

/** The reason may be in what was thrown first. */
const isFull = (error: unknown): boolean => {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (FULL.test((at as NodeJS.ErrnoException).code ?? '') || FULL.test(at.message)) return true
  }
  return false
}

/** What the disk refuses at the moment, as alarms. */
export class DiskTrouble {
  readonly #refused = new Map<Kept, { readonly name: AlarmName; readonly text: string }>()

  refused(what: Kept, error: Error): void {
    const name = isFull(error) ? 'disk-full' : FAILED[what]
    this.#refused.set(what, { name, text: error.message.replace(/\.$/, '') })
  }

  recovered(what: Kept): void {
    this.#refused.delete(what)
  }

  /** What to say with the alarm; null where it does not stand. */
  detail(name: AlarmName): string | null {
    for (const refused of this.#refused.values()) if (refused.name === name) return refused.text
    return null
  }
}

export const DISK_ALARMS = ['disk-full', 'records-failed', 'checkpoint-failed'] as const
