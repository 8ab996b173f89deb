import { createGptProgram } from './gpt/gpt.ts'
import type { CreateProgram, Program, ProgramInit } from './program.ts'
import { createCnnProgram } from './programs/cnn.ts'
import { createMlpProgram } from './programs/mlp.ts'
import { createResnet20Program } from './programs/resnet20.ts'

const PROGRAMS: Readonly<Record<string, CreateProgram>> = {
  cnn: createCnnProgram,
  gpt: createGptProgram,
  mlp: createMlpProgram,
  resnet20: createResnet20Program
}

/** Whether a model of this name has a program, and so can run on the wasm engine. */
export const hasProgram = (name: string): boolean => Object.hasOwn(PROGRAMS, name)

export const createProgram = (init: ProgramInit): Program => {
  const { name } = init.model.config
  const create = PROGRAMS[name]
  if (create === undefined) throw new RangeError(`the model ${name} has no program`)
  return create(init)
}
