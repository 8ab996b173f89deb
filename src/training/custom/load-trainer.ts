import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidInputError } from '../../errors.ts'
import { layoutOf } from '../../vector/layout.ts'
import type { CreateTrainer, OwnTrainer } from './own-trainer.ts'

const refuse = (rule: string, remedy: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path: 'trainer', rule, remedy }], { cause })
}

const SEE = 'docs/library.md shows one'

/** `module`: a path, or a file: URL. @throws InvalidInputError where it cannot be loaded or has no trainer */
export const loadTrainer = async (module: string | null): Promise<CreateTrainer> => {
  if (module === null) {
    const rule = 'missing: nobody but you has the code of a model of kind custom'
    return refuse(rule, `give the path of the module that trains it; ${SEE}`)
  }
  const path = isAbsolute(module) ? module : resolve(module)
  const address = module.startsWith('file:') ? module : pathToFileURL(path).href
  const loaded: unknown = await import(address).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    return refuse(`${module} cannot be loaded: ${why}`, 'correct the module or its path', error)
  })
  const { createTrainer, default: standard } = loaded as Readonly<Record<string, unknown>>
  const create = createTrainer ?? standard
  if (typeof create === 'function') return create as CreateTrainer
  return refuse(`${module} must export a function, createTrainer or the default`, SEE)
}

/** What is wrong with what a module has made; null: nothing. */
const faultOf = (made: unknown): string | null => {
  if (typeof made !== 'object' || made === null) return 'must return an object'
  if ('then' in made) return 'must return a trainer and no promise of one'
  const { layout, initial, train } = made as Partial<OwnTrainer>
  if (typeof initial !== 'function' || typeof train !== 'function') return 'lacks initial or train'
  if (!Array.isArray(layout?.tensors) || layout.hash !== layoutOf(layout.tensors).hash) {
    return 'must have a layout as layoutOf makes it'
  }
  return null
}

/** @throws InvalidInputError where it is no trainer */
export const checkTrainer = (made: OwnTrainer): OwnTrainer => {
  const fault = faultOf(made)
  if (fault !== null) return refuse(`what createTrainer returns ${fault}`, SEE)
  const begins = made.initial()
  if (begins instanceof Float32Array && begins.length === made.layout.length) return made
  return refuse(`initial() must return a Float32Array of ${made.layout.length} elements`, SEE)
}
