import { join } from 'node:path'
import { RunFailedError } from '../../../src/errors.ts'
import type { Usable } from './backends.ts'
import { BATCHES, readVector } from './batches.ts'
import { type Case, RATE } from './cases.ts'
import { Contender } from './contender.ts'
import type { CaseDocument, GradientAnswer, OpenAnswer, Turn } from './requests.ts'
import type { Runner } from './turns.ts'

/** A contender with its model open. */
export interface Ready {
  readonly contender: Contender
  readonly opened: OpenAnswer
  /** Of the first batch at the first replica; null where its time was up before. */
  readonly first: FirstGradient | null
  readonly runner: Runner
}

export interface FirstGradient {
  readonly loss: number
  readonly gradient: Float32Array
}

/** A case, and a folder of `writeCase` with its replica and batches. */
export interface Written {
  readonly name: string
  readonly one: Case
  readonly folder: string
}

/** What computes: PyTorch, or one of our backends. */
export type Entrant = Torch | Usable

export interface Torch {
  readonly name: 'torch' | 'torch, channels last'
  /** The interpreter. */
  readonly python: string
}

/** Also with images in the other order of memory, which may be faster; for models of images. */
export const torchesFor = (python: string, { model }: Case): readonly Torch[] => {
  const ofImages = model.config.name === 'cnn' || model.config.name === 'resnet20'
  const names = ofImages ? (['torch', 'torch, channels last'] as const) : (['torch'] as const)
  return names.map((name) => ({ name, python }))
}

/** Seconds for all that one contender does with one model: some take minutes for a step. */
const LIMIT = 60
/** PyTorch takes a turn behind every other's. */
const TORCH_LIMIT = 1800

const FOLDER = join(import.meta.dirname, '..')

const documentOf = ({ name, one: { model, batch } }: Written): CaseDocument => ({
  name,
  model: model.config,
  features: model.features,
  shape: model.shape,
  places: model.places,
  classes: model.classes,
  batch,
  batches: BATCHES,
  rate: RATE,
  tensors: model.layout.tensors.map((tensor) => tensor.name)
})

const start = (entrant: Entrant, model: string): Contender => {
  const { name } = entrant
  if ('python' in entrant) {
    const format = name === 'torch' ? [] : ['channels-last']
    const command = [entrant.python, join(FOLDER, 'training_torch.py'), ...format]
    return new Contender(name, command, TORCH_LIMIT)
  }
  const program = join(FOLDER, 'training/contender-program.ts')
  const command = [process.execPath, program, JSON.stringify([entrant, model])]
  return new Contender(name, command, LIMIT)
}

/**
 * Starts a contender and opens the case on it; null where that takes longer than it may. Whatever
 * comes of it, the contender is in `started`, to be stopped by the caller.
 *
 * @throws RunFailedError where it does not work, or has another number of parameters.
 */
export const lineUp = async (
  entrant: Entrant,
  { name, one, folder }: Written,
  started: Contender[]
): Promise<Ready | null> => {
  const contender = start(entrant, name)
  started.push(contender)
  const document = documentOf({ name, one, folder })
  const opened = await contender.ask<OpenAnswer>({ type: 'open', case: document, folder })
  if (opened === null) return null
  if (opened.parameters !== one.parameters) {
    const found = `${name} on ${contender.name} has ${opened.parameters} parameters`
    throw new RunFailedError(`${found}, it should have ${one.parameters}`)
  }
  const into = join(folder, `${contender.name}.f32`)
  const answer = await contender.ask<GradientAnswer>({ type: 'gradient', into })
  const first = answer && { loss: answer.loss, gradient: await readVector(into) }
  const run = (seconds: number): Promise<Turn | null> => contender.ask({ type: 'run', seconds })
  return { contender, opened, first, runner: { run } }
}
