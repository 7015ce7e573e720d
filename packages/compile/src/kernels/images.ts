import type {
  CropAndResizeAttrs,
  ResizeBilinearAttrs,
  RotateWithOffsetAttrs,
  TransformAttrs,
} from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { type Kernels, kernel } from './kernel.ts'

const sampling = ({ size, alignCorners = false, halfPixelCenters = false }: ResizeBilinearAttrs) => ({
  size: [...size],
  alignCorners,
  halfPixelCenters,
})

const resize = (dtype?: DType) =>
  kernel(['images'], ([images], attrs: ResizeBilinearAttrs) => {
    const [n, , , c] = images.shape as [number, number, number, number]
    return {
      shape: [n, ...attrs.size, c],
      dtype: dtype ?? images.dtype,
      attributes: sampling(attrs),
    }
  })

const resizeGrad = kernel(['images', 'dy'], ([{ shape }], attrs: Omit<ResizeBilinearAttrs, 'size'>) => ({
  shape,
  dtype: 'float32',
  attributes: sampling({ size: [shape[1]!, shape[2]!], ...attrs }),
}))

/** Kernels on images [n, h, w, c] that compute where pixels come from. */
export const images: Kernels = {
  ResizeBilinear: resize('float32'),
  ResizeNearestNeighbor: resize(),
  ResizeBilinearGrad: resizeGrad,
  ResizeNearestNeighborGrad: resizeGrad,
  CropAndResize: kernel(
    ['image', 'boxes', 'boxInd'],
    ([image, boxes], { cropSize, method, extrapolationValue }: CropAndResizeAttrs) => ({
      shape: [boxes.shape[0]!, ...cropSize, image.shape[3]!],
      dtype: 'float32',
      attributes: { cropSize: [...cropSize], method, extrapolationValue },
    }),
  ),
  Transform: kernel(
    ['image', 'transforms'],
    ([image], { interpolation, fillMode, fillValue, outputShape }: TransformAttrs) => {
      const [n, h, w, c] = image.shape as [number, number, number, number]
      const size = outputShape ? [...outputShape] : [h, w]
      return {
        shape: [n, ...size, c],
        dtype: image.dtype,
        attributes: { interpolation, fillMode, fillValue, outputShape: size },
      }
    },
  ),
  RotateWithOffset: kernel(['image'], ([image], { radians, fillValue, center }: RotateWithOffsetAttrs) => ({
    ...image,
    attributes: {
      radians,
      fillValue: typeof fillValue === 'number' ? fillValue : [...fillValue],
      center: typeof center === 'number' ? center : [...center],
    },
  })),
}
