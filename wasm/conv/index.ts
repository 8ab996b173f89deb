export { convolve } from './convolve'
export { filterGradient } from './filter'
export { groupMoments, normalise, normaliseGradient, normaliseSums } from './group-norm'
export { packKernel, packTurned } from './pack'
export { averagePool, averagePoolGradient, copyPlaces } from './places'
export { maxPool, maxPoolGradient } from './pool'
export {
  winogradImage,
  winogradKernel,
  winogradKernelGradient,
  winogradOutput,
  winogradSlopes
} from './winograd'
export { winogradProducts, winogradSums } from './winograd-products'
