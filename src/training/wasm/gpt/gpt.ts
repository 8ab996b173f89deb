import type { Bytes } from '../../../vector/vector.ts'
import type { GptConfig } from '../../models/gpt-layout.ts'
import type { CreateProgram } from '../program.ts'
import { createBlock } from './block.ts'
import { planBuffers } from './buffers.ts'
import { createEmbedding } from './embedding.ts'
import { createHead } from './head.ts'
import { createNorm } from './norm.ts'
import { gptTensors } from './tensors.ts'

/** A decoder-only transformer over characters: an example is a window of `context` of them. */
export const createGptProgram: CreateProgram = (init) => {
  const { machine, model, examples } = init
  const config = model.config as GptConfig
  const tokens = examples * config.context
  const parameters = gptTensors(config, init.parameters)
  const gradients = gptTensors(config, init.gradients)
  const hidden = parameters.blocks[0]!.dense0.kernel.columns
  const buffers = planBuffers(machine, config, { windows: examples, hidden })
  const { stream, norm, slopes } = buffers
  const logits = machine.matrix(tokens, model.classes)

  const embedding = createEmbedding(machine, tokens, parameters, gradients)
  const blocks = buffers.blocks.map((own, layer) =>
    createBlock({
      config,
      machine,
      parameters: parameters.blocks[layer]!,
      gradients: gradients.blocks[layer]!,
      buffers: own,
      slopes
    })
  )
  const last = createNorm(machine, norm, parameters.norm, gradients.norm)
  const head = createHead(machine, parameters, gradients)
  const descending = blocks.toReversed()

  return {
    logits,
    forward: (characters) => {
      embedding.forward(characters as Bytes, stream)
      for (const block of blocks) block.forward(stream)
      last.forward(stream)
      head.forward(norm.y, logits)
    },
    backward: () => {
      head.backward(norm.y, logits, slopes.wide)
      machine.kernels.clear(tokens * config.width, slopes.stream.at)
      last.backward(slopes.wide, slopes.stream)
      for (const block of descending) block.backward()
      embedding.backward(slopes.stream)
    }
  }
}
