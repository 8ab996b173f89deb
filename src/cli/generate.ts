/** `swarmgrad generate`: a language model continues a prompt on stdout. */
import { randomInt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { InvalidInputError } from '../errors.ts'
import type { PeerConfig } from '../peer/config.ts'
import { seeded } from '../random.ts'
import { replicaOf } from '../storage/replica-file.ts'
import { generate as continued } from '../training/generate/generate.ts'
import type { Sampling } from '../training/generate/sample.ts'
import type { GptConfig } from '../training/models/gpt-layout.ts'
import { openEngine } from '../training/open-engine.ts'
import type { GenerateFlags } from './commands/generate.ts'
import { describeReplica, findReplica } from './find-replica.ts'
import { openModel } from './model-of-config.ts'
import { numberFlag } from './number-flag.ts'
import { loadPeerConfig } from './peer-config.ts'
import { harmless } from './print-error.ts'
import { bytesOf, numbersOf } from './symbols.ts'

const MAX_TOKENS = 1_000_000
const MAX_TEMPERATURE = 100
/** randomInt draws below 2^48. */
const MAX_SEED = 2 ** 47

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

const checkModel = ({ manifest, data }: PeerConfig): GptConfig => {
  const { model } = manifest
  if (model.name !== 'gpt') {
    const rule = `must be gpt to continue a text, is ${model.name}`
    const remedy = 'take the document of a peer that trains a language model'
    throw new InvalidInputError([{ path: 'manifest.model.name', rule, remedy }])
  }
  if (data.path === null) {
    const rule = "must name the text: what the model's numbers stand for is in it"
    const remedy = 'give the text that the swarm trains on'
    throw new InvalidInputError([{ path: 'data.path', rule, remedy }])
  }
  return model
}

const readFlags = (flags: GenerateFlags) => {
  const { tokens, temperature, topK, seed } = flags
  const sampling: Sampling = {
    temperature: numberFlag(temperature, {
      flag: '--temperature',
      least: 0,
      most: MAX_TEMPERATURE,
      whole: false,
      example: '0.8'
    }),
    topK: topK === undefined ? null : numberFlag(topK, { flag: '--top-k', least: 1, example: '10' })
  }
  return {
    sampling,
    count: numberFlag(tokens, { flag: '--tokens', least: 1, most: MAX_TOKENS, example: '200' }),
    seed:
      seed === undefined
        ? randomInt(MAX_SEED)
        : numberFlag(seed, { flag: '--seed', least: 0, example: '1' })
  }
}

/** Resolves when it is written; to false when nobody reads any longer. */
const write = async (bytes: Uint8Array): Promise<boolean> => {
  const failed = await new Promise<boolean>((done) => {
    process.stdout.write(bytes, (error) => done(error instanceof Error))
  })
  // A reader's end, or Ctrl-C, is heard of between two characters.
  await setImmediate()
  return !failed
}

/** A terminal must not be steered by what a model has made up; a file gets it as it is. */
const shownBy = (isTerminal: boolean): ((bytes: Buffer) => Buffer) => {
  if (!isTerminal) return (bytes) => bytes
  const decoder = new TextDecoder()
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true })
    return Buffer.from(text.replaceAll(/[^\n\t\P{Cc}]/gu, '\uFFFD'))
  }
}

export const generate = async (flags: GenerateFlags): Promise<void> => {
  const config = await loadPeerConfig(flags.config)
  const gpt = checkModel(config)
  const { sampling, count, seed } = readFlags(flags)
  const { model, symbols = null } = await openModel(gpt, config)
  const prompt = numbersOf(flags.prompt, symbols)
  const found = await findReplica(config, flags.from)
  const replica = replicaOf(model.layout, found.tensors, found.path)
  say(`${describeReplica(found)}; --seed ${seed}`)
  const { context } = gpt
  const { engine } = await openEngine({
    config: gpt,
    sides: model,
    batch: 1,
    choice: flags.backend,
    weightsPath: null
  })
  try {
    const shown = shownBy(process.stdout.isTTY)
    await write(shown(Buffer.from(flags.prompt)))
    const random = seeded(seed).fork('generate')
    const { classes: kinds } = model
    const text = continued({ engine, replica, context, kinds, prompt, sampling, random })
    for (let left = count; left > 0; left--) {
      if (!(await write(shown(bytesOf(text.next().value, symbols))))) break
    }
    await write(Buffer.from('\n'))
  } finally {
    engine.dispose()
  }
}
