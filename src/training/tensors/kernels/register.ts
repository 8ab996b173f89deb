import { fasterBatchMatMul } from './batch-mat-mul.ts'
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts'
import { fasterConv2DBackpropInput } from './conv2d-backprop-input.ts'
import { sharedIdentity } from './identity.ts'
import { maxPoolGrad } from './max-pool-grad.ts'
import { addKernel, replaceKernel } from './registry.ts'
import { fasterSlice } from './slice.ts'
import { unsortedSegmentSum } from './unsorted-segment-sum.ts'

/**
 * What tfjs-backend-wasm 4.22 lacks or gets wrong in training, and faster forms of what it has;
 * call it once.
 */
export const registerWasmKernels = (): void => {
  addKernel('Conv2DBackpropFilter', conv2DBackpropFilter)
  addKernel('UnsortedSegmentSum', unsortedSegmentSum)
  replaceKernel('BatchMatMul', fasterBatchMatMul)
  replaceKernel('Conv2DBackpropInput', fasterConv2DBackpropInput)
  replaceKernel('MaxPoolGrad', () => maxPoolGrad)
  replaceKernel('Slice', fasterSlice)
  replaceKernel('Identity', sharedIdentity)
}
