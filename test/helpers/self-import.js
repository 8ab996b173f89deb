// `node --import` this: the examples import the package by its name, and in the repository that is src/.
import { registerHooks } from 'node:module'

const source = new URL('../../src/index.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'swarmgrad' ? { url: source, shortCircuit: true } : next(specifier, context)
})
