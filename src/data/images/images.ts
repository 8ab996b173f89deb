import type { DataConfig } from '../../swarm/recipe.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Dataset, OnProgress, Places } from '../dataset.ts'
import { drawTest } from '../draw-test.ts'
import { ahead } from '../files/ahead.ts'
import { range } from '../range.ts'
import { scaleOf } from '../scale.ts'
import { createDecode, readImage } from './decode.ts'
import type { ImageFolder } from './find-images.ts'
import { squareOf } from './resize.ts'
import { samplesOf } from './samples.ts'

const SIDE = 32
/** Brings a byte to -1..1: what is usual where nobody has measured the images. */
const [MEAN, DEVIATION] = [0.5, 0.5]
/** Files that are read while one is decoded. */
const AHEAD = 8

/** Images by the folders that they lie in. Those that are wanted are decoded when they are loaded. */
export const openImages = (
  found: ImageFolder,
  { side = SIDE, colour = 'rgb', test }: Pick<DataConfig, 'side' | 'colour' | 'test'>
): Dataset => {
  const { classes, labels, train } = found
  const channels = colour === 'rgb' ? 3 : 1
  const load = async (places: Places, into: Bytes, onProgress: OnProgress): Promise<void> => {
    const rows = Array.from(places.keys()).filter((row) => places[row]! >= 0)
    const decode = createDecode()
    const reading = ahead(rows, AHEAD, async (row) => {
      const file = await found.file(row)
      return { row, file, bytes: await readImage(file) }
    })
    let done = 0
    for await (const { row, file, bytes } of reading) {
      const samples = samplesOf(await decode(file, bytes), channels)
      squareOf(samples, side, into, places[row]! * side * side * channels)
      onProgress(++done / rows.length)
    }
  }
  const parts =
    train === null
      ? drawTest(labels, classes.length, test)
      : { train: range(0, train), test: range(train, labels.length) }
  return {
    kind: 'bytes',
    name: 'images',
    classes: classes.length,
    shape: [side, side, channels],
    scale: scaleOf(new Array(channels).fill(MEAN), new Array(channels).fill(DEVIATION)),
    labels,
    ...parts,
    load
  }
}
