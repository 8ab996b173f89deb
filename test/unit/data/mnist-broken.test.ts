import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { MAX_ROWS } from '../../../src/data/idx-header.ts'
import {
  type Files,
  folderWith,
  GOOD,
  idx,
  images,
  labels,
  PIXELS,
  problemsOf,
  TEST_IMAGES,
  TEST_LABELS,
  TRAIN_IMAGES,
  TRAIN_LABELS
} from './idx-files.ts'

/** With byte `at`, counted from the end where negative, inverted. */
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  const position = at < 0 ? copy.length + at : at
  copy[position] = copy[position]! ^ 0xff
  return copy
}

/** What is put in the place of a good file, the file that is then named and the rule it breaks. */
const BROKEN: readonly (readonly [string, Files, string, RegExp])[] = [
  ['a missing file', { [TEST_LABELS]: null }, TEST_LABELS, /^must be there, plain or as \.gz$/],
  ['an empty file', { [TRAIN_IMAGES]: Buffer.alloc(0) }, TRAIN_IMAGES, /header of 16 bytes/],
  ['half a header', { [TRAIN_LABELS]: labels(1).subarray(0, 7) }, TRAIN_LABELS, /of 8 bytes/],
  ['labels instead of images', { [TRAIN_IMAGES]: GOOD[TRAIN_LABELS]! }, TRAIN_IMAGES, /header of/],
  ['images instead of labels', { [TRAIN_LABELS]: images(3) }, TRAIN_LABELS, /IDX magic 2049/],
  ['text', { [TEST_IMAGES]: Buffer.from('<html>404 Not Found</html>') }, TEST_IMAGES, /magic 2051/],
  [
    'images of another size',
    { [TEST_IMAGES]: idx([2, 14, 56], new Uint8Array(2 * PIXELS)) },
    TEST_IMAGES,
    /^must hold rows of 28 x 28, has 14 x 56$/
  ],
  ['no rows', { [TEST_LABELS]: labels() }, TEST_LABELS, /^must hold 1 to .* header says 0$/],
  [
    'more rows than the limit',
    { [TEST_LABELS]: idx([MAX_ROWS + 1], [1]) },
    TEST_LABELS,
    /^must hold 1 to 10000000 rows, its header says 10000001$/
  ],
  [
    'more bytes than the limit',
    { [TRAIN_IMAGES]: idx([MAX_ROWS, 28, 28], [1]) },
    TRAIN_IMAGES,
    /^must hold at most 1073741824 bytes, its header says 7840000016$/
  ],
  [
    'a header that lies within the limits',
    { [TRAIN_IMAGES]: idx([1_000_000, 28, 28], new Uint8Array(PIXELS)) },
    TRAIN_IMAGES,
    /^must hold the 784000016 bytes its header says, has 800$/
  ],
  [
    'a packed header that lies within the limits',
    {
      [TRAIN_IMAGES]: null,
      [`${TRAIN_IMAGES}.gz`]: gzipSync(idx([1_000_000, 28, 28], new Uint8Array(PIXELS)))
    },
    `${TRAIN_IMAGES}.gz`,
    /^must hold the 784000016 bytes its header says, has 800$/
  ],
  [
    'a truncated file',
    { [TRAIN_IMAGES]: images(3).subarray(0, -1) },
    TRAIN_IMAGES,
    /^must hold the 2368 bytes its header says, has 2367$/
  ],
  [
    'a byte too many',
    { [TEST_LABELS]: Buffer.concat([labels(1, 2), Buffer.of(0)]) },
    TEST_LABELS,
    /^must hold the 10 bytes its header says, has 11$/
  ],
  [
    'something that is not gzip',
    { [TEST_LABELS]: null, [`${TEST_LABELS}.gz`]: labels(1, 2) },
    `${TEST_LABELS}.gz`,
    /^must be a whole gzip file$/
  ],
  [
    'an empty gzip file',
    { [TEST_LABELS]: null, [`${TEST_LABELS}.gz`]: Buffer.alloc(0) },
    `${TEST_LABELS}.gz`,
    /^must hold a header of 8 bytes$/
  ],
  [
    'a truncated gzip file',
    { [TEST_IMAGES]: null, [`${TEST_IMAGES}.gz`]: gzipSync(images(2)).subarray(0, -9) },
    `${TEST_IMAGES}.gz`,
    /^must be a whole gzip file$/
  ],
  [
    'a gzip file with a wrong checksum',
    { [TEST_IMAGES]: null, [`${TEST_IMAGES}.gz`]: flipped(gzipSync(images(2)), -8) },
    `${TEST_IMAGES}.gz`,
    /^must be a whole gzip file$/
  ],
  [
    'a gzip file that unpacks to far more than its header says',
    {
      [TEST_LABELS]: null,
      [`${TEST_LABELS}.gz`]: gzipSync(Buffer.concat([labels(1, 2), Buffer.alloc(64 * 2 ** 20)]))
    },
    `${TEST_LABELS}.gz`,
    /^must unpack to the 10 bytes its header says, has more$/
  ],
  [
    'a label that is not a digit',
    { [TRAIN_LABELS]: labels(7, 10, 9) },
    TRAIN_LABELS,
    /^must hold labels 0 to 9, label 1 is 10$/
  ],
  [
    'fewer labels than images',
    { [TRAIN_LABELS]: labels(7, 1) },
    TRAIN_LABELS,
    /^must label the 3 rows of .*train-images-idx3-ubyte, labels 2$/
  ]
]

for (const [what, files, name, rule] of BROKEN) {
  test(`should refuse ${what} and name the file`, async (t) => {
    const folder = await folderWith(t, { ...GOOD, ...files })
    const problems = await problemsOf(t, folder)
    t.deepEqual(
      problems.map(({ path }) => path),
      [join(folder, name)]
    )
    t.regex(problems[0]!.rule, rule)
    t.not(problems[0]!.remedy, '')
  })
}
