import type { Engine } from '../../../src/training/engine.ts'
import type { AsyncEngine } from '../../../src/training/tensors/async-engine.ts'
import type { Usable } from './backends.ts'
import type { Case } from './cases.ts'

/** On the calling thread, with nothing loaded that the backend does not need. */
export const openHere = async (
  { name, module }: Usable,
  { model, batch }: Case
): Promise<Engine | AsyncEngine> => {
  if (name === 'wasm') {
    const { openWasmEngine } = await import('../../../src/training/wasm/wasm-engine.ts')
    return openWasmEngine(model, batch)
  }
  const [{ openBackend }, { createTensorEngine }, { createForm }] = await Promise.all([
    import('../../../src/training/tensors/backend.ts'),
    import('../../../src/training/tensors/tensor-engine.ts'),
    import('../../../src/training/tensors/create-form.ts')
  ])
  if (module !== null) await import(module)
  await openBackend(name === 'tfjs-wasm' ? 'wasm' : name)
  const { layout, places } = model
  return createTensorEngine({ layout, places, form: createForm(model) })
}
