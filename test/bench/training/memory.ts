import { readFileSync } from 'node:fs'

/** Of a process, in bytes. */
export interface Memory {
  readonly resident: number
  /** The most it has been. */
  readonly peak: number
}

const KIB = 1024

/** From the text of /proc/PID/status; null where a field is missing, as it is of a process that ends. */
export const parseStatus = (text: string): Memory | null => {
  const field = (name: string): number =>
    KIB * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1])
  const memory = { resident: field('VmRSS'), peak: field('VmHWM') }
  return Number.isFinite(memory.resident + memory.peak) ? memory : null
}

/** Null where there is no such process, or no /proc. */
export const memoryOf = (pid: number): Memory | null => {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return null
  }
}
