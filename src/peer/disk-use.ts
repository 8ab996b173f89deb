import { statfs } from 'node:fs/promises'
import type { PeerStatus } from './monitor/status.ts'

/** What the data directory takes, and what its disk has left. */
export class DiskUse {
  readonly #folder: string
  #usage: () => number = () => 0
  #freeBytes: number | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** `usage`: bytes that are kept there, as far as they are worth counting. */
  watch(usage: () => number): void {
    this.#usage = usage
  }

  get latest(): PeerStatus['disk'] {
    return { usedBytes: this.#usage(), freeBytes: this.#freeBytes }
  }

  /** Looks at the disk again; never rejects. */
  async look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder).catch(() => ({ bavail: null, bsize: 0 }))
    this.#freeBytes = bavail === null ? null : bavail * bsize
  }
}
