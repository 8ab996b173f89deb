import { dirname } from 'node:path'
import { hashOfWeights } from '../training/models/weight-files.ts'
import { readDocument } from './read-document.ts'

interface WithModel {
  readonly model?: { readonly topology?: unknown } | null
}

/**
 * A document whose `model.topology` names a model.json, with that file's content in its place, and
 * the hash of the weights that lie beside it. Nothing is changed where it names none.
 *
 * @throws InvalidInputError where there is no such file, or its weights are missing.
 */
export const withTopology = async (document: unknown): Promise<unknown> => {
  const { model } = (document ?? {}) as WithModel
  if (typeof model?.topology !== 'string') return document
  const topology = await readDocument(model.topology)
  const path = dirname(model.topology)
  // Whether it is an object at all is for the schema to say.
  const weights = await hashOfWeights((topology ?? {}) as Readonly<Record<string, unknown>>, path)
  const filled = { ...(document as object), model: { ...model, topology, weights } }
  return weights === null ? filled : { ...filled, weights: { path } }
}

/** The document with an empty topology in the place of one that could not be read, to check all else of it. */
export const withEmptyTopology = (document: unknown): unknown => ({
  ...(document as object),
  model: { ...(document as WithModel).model, topology: {} }
})
