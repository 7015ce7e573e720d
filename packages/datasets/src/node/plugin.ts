import { entry, type Plugin, required } from '@equilibria/core'
import { cifar10 } from './cifar10.ts'
import { idx } from './idx.ts'
import { imageFolder } from './image-folder.ts'
import { fashionMnist, mnist } from './mnist.ts'

// "" stands for "not given": options by name keep the type of their default.
const split = 'train'

/** The datasets that are read from files, by name. */
export const datasetsNodePlugin = {
  name: '@equilibria/datasets/node',
  datasets: {
    mnist: entry(mnist, { folder: '', split, download: false }),
    fashionMnist: entry(fashionMnist, { folder: '', split, download: false }),
    cifar10: entry(cifar10, { folder: '', split }),
    idx: entry(idx, { images: required, labels: '', classes: 0, name: '' }),
    imageFolder: entry(imageFolder, { folder: required, size: undefined, channels: 3, labels: false }),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Named {
    'datasets/mnist': typeof mnist
    'datasets/fashionMnist': typeof fashionMnist
    'datasets/cifar10': typeof cifar10
    'datasets/idx': typeof idx
    'datasets/imageFolder': typeof imageFolder
  }
}
