import { replaceKernel } from '../kernels/registry.ts'
import { heapConv2D, heapFusedConv2D } from './convolution.ts'
import { heapConv2DBackpropFilter } from './filter-gradient.ts'
import type { Heap } from './heap.ts'
import { heapConv2DBackpropInput } from './input-gradient.ts'
import { heapMaxPoolGrad } from './max-pool-gradient.ts'
import { heapBatchMatMul, heapFusedMatMul } from './product.ts'
import { heapSum } from './sum.ts'
import { heapTranspose } from './transpose.ts'

/** Our kernels in front of those that are there, which keep what ours do not do. Call it once. */
export const registerHeapKernels = (heap: Heap): void => {
  replaceKernel('BatchMatMul', heapBatchMatMul(heap))
  replaceKernel('_FusedMatMul', heapFusedMatMul(heap))
  replaceKernel('Conv2D', heapConv2D(heap))
  replaceKernel('FusedConv2D', heapFusedConv2D(heap))
  replaceKernel('Conv2DBackpropFilter', heapConv2DBackpropFilter(heap))
  replaceKernel('Conv2DBackpropInput', heapConv2DBackpropInput(heap))
  replaceKernel('MaxPoolGrad', heapMaxPoolGrad(heap))
  replaceKernel('Sum', heapSum(heap))
  replaceKernel('Transpose', heapTranspose(heap))
}
