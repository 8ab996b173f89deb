import type { Convolution, ConvolutionInit } from './convolution.ts'
import { createDirect } from './direct.ts'
import { createWinograd, suitsWinograd } from './winograd.ts'

export const createConvolution = (init: ConvolutionInit): Convolution =>
  suitsWinograd(init) ? createWinograd(init) : createDirect(init)
