import test from 'ava'
import { MAX_OPEN, openDeltas } from '../../../../src/strategy/delta-set/limits.ts'
import { FRAME_OVERHEAD } from '../../../../src/wire/frame.ts'
import { wireLimits } from '../../../../src/wire/limits.ts'

/** Own deltas that may wait beside those that were asked for. */
const PUSHED = 2

test('the deltas that may be asked for should fit into a link queue, whatever their size', (t) => {
  for (let bytes = 16; bytes < 1 << 28; bytes = Math.ceil(bytes * 1.1)) {
    const open = openDeltas(bytes)
    t.true(open >= 1 && open <= MAX_OPEN, `${open} of ${bytes} bytes`)
    const queued = (open + PUSHED) * (bytes + FRAME_OVERHEAD)
    t.true(queued <= wireLimits(bytes).maxQueued, `${open} of ${bytes} bytes`)
  }
})
