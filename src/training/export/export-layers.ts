import type { Vector } from '../../vector/vector.ts'
import type { Model } from '../models/model.ts'
import { gptGraph } from './gpt.ts'
import { type LayersFolder, layersFolder } from './layers-folder.ts'
import type { Preparation } from './prepare.ts'
import { resnet20Graph } from './resnet20.ts'
import { cnnGraph, mlpGraph } from './rows.ts'
import type { Written } from './written.ts'

export interface ExportInit {
  readonly model: Model
  readonly replica: Vector
  /** Null of texts. */
  readonly preparation: Preparation | null
}

const unprepared = (name: string): never => {
  throw new RangeError(`the rows of a model ${name} need to be prepared`)
}

const graphOf = ({ model, replica, preparation }: ExportInit): Written => {
  const { config } = model
  if (config.name === 'gpt') return gptGraph(model, config, replica)
  const rows = preparation ?? unprepared(config.name)
  switch (config.name) {
    case 'mlp':
      return mlpGraph({ ...model, config }, replica, rows)
    case 'cnn':
      return cnnGraph({ ...model, config }, replica, rows)
    case 'resnet20':
      return resnet20Graph(model, config.groups, replica, rows)
    default:
      throw new RangeError(`a model ${config.name} has a topology of its own (given-topology.ts)`)
  }
}

/**
 * A model of ours as a LayersModel that gives the logits. What goes in is what people have: bytes of images,
 * numbers of columns, numbers of symbols.
 */
export const exportLayers = (init: ExportInit, notes: object): LayersFolder => {
  const { graph, output } = graphOf(init)
  return layersFolder(graph.topology(init.model.config.name, output), graph.tensors, notes)
}
