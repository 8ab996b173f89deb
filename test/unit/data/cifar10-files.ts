/** CIFAR-10 as its binary files have it, tiny: a label, then a plane each of red, green and blue. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

export const NAMES = [...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), 'test_batch.bin']
const SIDE = 32
export const ROW_BYTES = 3073

/** The byte of row `row` of file `file` at a pixel: different where anything is. */
export const pixel = (file: number, row: number, y: number, x: number, channel: number): number =>
  (31 * file + 17 * row + 7 * y + 3 * x + 101 * channel) % 256

export const labelOf = (file: number, row: number): number => (3 * file + row) % 10

export const batch = (file: number, rows: number): Buffer => {
  const bytes: number[] = []
  for (let row = 0; row < rows; row++) {
    bytes.push(labelOf(file, row))
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) bytes.push(pixel(file, row, y, x, channel))
      }
    }
  }
  return Buffer.from(bytes)
}

/** Files of 3, 4, 5, 6, 7 and 8 rows. */
export const ROWS = [3, 4, 5, 6, 7, 8]
export const good = (): Record<string, Buffer> =>
  Object.fromEntries(NAMES.map((name, file) => [name, batch(file, ROWS[file]!)]))

export const cifar10Folder = async (
  t: ExecutionContext,
  files: Readonly<Record<string, Uint8Array | string>>
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-cifar10-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}
