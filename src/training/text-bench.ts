/** The bench of a gpt: a text, its characters dealt to the peers, and one memory for all replicas. */
import { openTextShards } from '../data/text-shards.ts'
import { InvalidInputError } from '../errors.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Bench, BenchOptions, ShardTrainer } from './bench.ts'
import { createDescent, type GradientSource, type ReplicaTrainer } from './descent.ts'
import { meanSource } from './mean-source.ts'
import { meter } from './meter.ts'
import type { GptConfig } from './models/gpt-layout.ts'
import { createTextEvaluator } from './text-evaluator.ts'
import { textSource } from './text-source.ts'
import { createGpt } from './wasm/gpt/gpt.ts'

const refuse = (name: string): never => {
  const rule = `the model gpt needs a text, not ${name}`
  throw new InvalidInputError([{ path: 'data.name', rule, remedy: 'set data.name to text' }])
}

const joined = (parts: readonly Bytes[]): Bytes => new Uint8Array(Buffer.concat(parts))

/** @throws InvalidInputError when the text cannot be used, or the model cannot be built. */
export const openTextBench = async (
  { recipe, dataPath, shards: peers }: BenchOptions,
  config: GptConfig
): Promise<Bench> => {
  const { data, training, seed } = recipe
  if (data.name !== 'text') return refuse(data.name)
  const streams = swarmStreams(seed)
  const text = await openTextShards(
    { ...data, path: dataPath },
    peers,
    config.context + 1,
    streams.partition
  )
  const gpt = createGpt(config, text.vocabulary, training.batch)
  const sourceOf = (part: Bytes, shard: number): GradientSource =>
    textSource(gpt, part, streams.batches(shard))
  const descent = (source: GradientSource, learningRate = training.learningRate): ReplicaTrainer =>
    createDescent({
      layout: gpt.layout,
      source,
      training: { ...training, learningRate },
      initial: () => gpt.initial(streams.initial.fork('replica'))
    })
  const trainerOn = (part: Bytes, shard: number, learningRate?: number): ShardTrainer => ({
    ...meter(descent(sourceOf(part, shard), learningRate)),
    rows: part.length,
    classes: null
  })
  return {
    backend: 'wasm',
    layout: gpt.layout,
    width: 1,
    trainer: (shard, learningRate) => trainerOn(text.parts[shard]!, shard, learningRate),
    centralised: (learningRate) => trainerOn(joined(text.parts), 0, learningRate),
    allReduce: (learningRate) =>
      descent(meanSource(text.parts.map(sourceOf), gpt.layout.length), learningRate),
    evaluator: () => createTextEvaluator(gpt, text.test),
    validator: () => text.validation && createTextEvaluator(gpt, text.validation)
  }
}
