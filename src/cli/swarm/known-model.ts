/** The model of a manifest as far as it is known without the data. */
import type { Manifest } from '../../swarm/manifest.ts'
import { createModel } from '../../training/models/create-model.ts'
import { type Model, type ModelSides, rowSides, textSides } from '../../training/models/model.ts'

interface KnownData {
  readonly shape: readonly [number, number, number]
  readonly classes: number
  /** Training and test. */
  readonly rows: number
}

const DIGITS = { shape: [28, 28, 1], classes: 10 } as const

/** Datasets that are the same for everybody. */
const KNOWN: Readonly<Partial<Record<Manifest['data']['name'], KnownData>>> = {
  glyphs: { ...DIGITS, rows: 14_000 },
  mnist: { ...DIGITS, rows: 70_000 },
  'mnist-10k': { ...DIGITS, rows: 10_000 },
  cifar10: { shape: [32, 32, 3], classes: 10, rows: 60_000 }
}

const BYTE_KINDS = 256

const sidesOf = ({ model, data }: Manifest): ModelSides | null => {
  if (model.name === 'gpt') {
    return data.level === 'byte' ? textSides(model.context, BYTE_KINDS) : null
  }
  const known = KNOWN[data.name]
  return known === undefined ? null : rowSides(known.shape, known.classes)
}

/** Null: its sides follow from data that are not here, or it is none of this program's own models. */
export const knownModel = (manifest: Manifest): Model | null => {
  const { model } = manifest
  const sides = sidesOf(manifest)
  if (
    sides === null ||
    model.name === 'layers' ||
    model.name === 'quadratic' ||
    model.name === 'averaging' ||
    model.name === 'custom'
  ) {
    return null
  }
  try {
    return createModel(model, sides)
  } catch {
    // A model that these data are too small for: whoever opens it says so.
    return null
  }
}

/** Null: nobody knows. */
export const parametersOf = (manifest: Manifest, model: Model | null): number | null => {
  const { model: config } = manifest
  if (config.name === 'quadratic' || config.name === 'averaging') return config.parameters
  return model?.layout.length ?? manifest.parameters ?? null
}

/** Bytes of the whole dataset in memory; null: it is not known, 0: there is none. */
export const dataBytesOf = ({ data }: Manifest): number | null => {
  if (data.name === 'none') return 0
  const known = KNOWN[data.name]
  if (known === undefined) return null
  const [height, width, channels] = known.shape
  return known.rows * height * width * channels
}
