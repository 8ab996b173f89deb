import type { BackendName } from './backends.ts'
import { batchesOf, replicaOf } from './batches.ts'
import { CASES, OPTIMIZER, RATE } from './cases.ts'
import { openForPeer } from './engines.ts'

/** One step on one batch that is there already. */
export const stepOnEngine = async (backend: BackendName, name: string): Promise<void> => {
  const one = CASES[name]!()
  const engine = await openForPeer(backend, one)
  const [batch] = batchesOf(one, 1)
  const steps = [{ batch: batch!, rate: RATE }]
  engine.descender(OPTIMIZER, null).descend(replicaOf(one), steps, null)
}
