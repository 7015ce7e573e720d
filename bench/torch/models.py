"""The models of the bench in PyTorch: the same shapes and the same maths as ../models.ts."""

import torch
import torch.nn.functional as F
from torch import nn


class Residual(nn.Module):
    """body(x) + shortcut(x)."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        self.shortcut = shortcut or nn.Identity()

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class Call(nn.Module):
    """A function as a module."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


def leaky():
    return nn.LeakyReLU(0.2, inplace=True)


def relu():
    return nn.ReLU(inplace=True)


def logits():
    return nn.Flatten(0)


def mlp():
    def stack(sizes):
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), leaky()]
        return layers[:-1]

    generator = nn.Sequential(*stack([100, 256, 512, 784]), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    critic = nn.Sequential(nn.Flatten(), *stack([784, 512, 256, 1]), logits())
    return generator, critic


def dcgan():
    generator = nn.Sequential(
        nn.Linear(100, 7 * 7 * 128, bias=False),
        nn.Unflatten(1, (128, 7, 7)),
        nn.BatchNorm2d(128),
        relu(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        relu(),
        nn.ConvTranspose2d(64, 1, 4, 2, 1),
        nn.Tanh(),
    )
    critic = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1),
        leaky(),
        nn.Conv2d(64, 128, 4, 2, 1),
        leaky(),
        nn.Flatten(),
        nn.Linear(7 * 7 * 128, 1),
        logits(),
    )
    return generator, critic


def resnet(width=64, dimensions=128):
    def conv(inputs, size=3, bias=True):
        return nn.Conv2d(inputs, width, size, padding=size // 2, bias=bias)

    def up():
        return Residual(
            nn.Sequential(
                nn.BatchNorm2d(width),
                relu(),
                nn.Upsample(scale_factor=2),
                conv(width, bias=False),
                nn.BatchNorm2d(width),
                relu(),
                conv(width, bias=False),
            ),
            nn.Sequential(conv(width, 1, bias=False), nn.Upsample(scale_factor=2)),
        )

    generator = nn.Sequential(
        nn.Linear(dimensions, 4 * 4 * width),
        nn.Unflatten(1, (width, 4, 4)),
        up(),
        up(),
        up(),
        nn.BatchNorm2d(width),
        relu(),
        nn.Conv2d(width, 3, 3, padding=1),
        nn.Tanh(),
    )

    def halving(inputs):
        return nn.Sequential(nn.AvgPool2d(2), conv(inputs, 1))

    def keeping():
        # The first rectifier leaves its input to the shortcut.
        return [nn.ReLU(), conv(width), relu(), conv(width)]

    critic = nn.Sequential(
        Residual(nn.Sequential(conv(3), relu(), conv(width), nn.AvgPool2d(2)), halving(3)),
        Residual(nn.Sequential(*keeping(), nn.AvgPool2d(2)), halving(width)),
        Residual(nn.Sequential(*keeping())),
        Residual(nn.Sequential(*keeping())),
        relu(),
        Call(lambda x: x.sum((2, 3))),
        nn.Linear(width, 1),
        logits(),
    )
    return generator, critic


class Spread(nn.Module):
    """A learned map of each channel, as strong as its feature."""

    def __init__(self, width):
        super().__init__()
        self.basis = nn.Parameter(torch.randn(width, 4, 4))

    def forward(self, x):
        return self.basis * x[:, :, None, None]


def halved(x):
    return F.interpolate(x, scale_factor=0.5, mode="bilinear", antialias=True)


def r3gan(width=32, dimensions=64, blocks=2, group_size=16):
    inner = 2 * width

    def block():
        first = nn.Conv2d(width, inner, 1)
        grouped = nn.Conv2d(inner, inner, 3, padding=1, groups=inner // group_size)
        last = nn.Conv2d(inner, width, 1, bias=False)
        nn.init.zeros_(last.weight)
        return Residual(nn.Sequential(first, leaky(), grouped, leaky(), last))

    def stage():
        return [block() for _ in range(blocks)]

    def up():
        return nn.Upsample(scale_factor=2, mode="bilinear")

    generator = nn.Sequential(
        nn.Linear(dimensions, width, bias=False),
        Spread(width),
        *stage(),
        up(),
        *stage(),
        up(),
        *stage(),
        up(),
        *stage(),
        nn.Conv2d(width, 3, 1, bias=False),
    )
    critic = nn.Sequential(
        nn.Conv2d(3, width, 1, bias=False),
        *stage(),
        Call(halved),
        *stage(),
        Call(halved),
        *stage(),
        Call(halved),
        *stage(),
        nn.Conv2d(width, width, 4, groups=width, bias=False),
        nn.Flatten(),
        nn.Linear(width, 1, bias=False),
        logits(),
    )
    return generator, critic


def non_saturating(critic, generator, real, latent, penalties):
    """Costs as functions: softplus of logits (Goodfellow et al. 2014), and R1 with gamma 1 where asked for."""

    def critic_cost():
        with torch.no_grad():
            fake = generator(latent())
        x = real.detach().requires_grad_(penalties)
        on_real = critic(x)
        cost = F.softplus(-on_real).mean() + F.softplus(critic(fake)).mean()
        return cost + 0.5 * squared_slope(on_real, x) if penalties else cost

    def generator_cost():
        return F.softplus(-critic(generator(latent()))).mean()

    return critic_cost, generator_cost


def relativistic(critic, generator, real, latent, _penalties):
    """Relativistic pairing with R1 and R2 of gamma .05 (Huang et al. 2024)."""

    def critic_cost():
        with torch.no_grad():
            made = generator(latent())
        x, fake = real.detach().requires_grad_(), made.requires_grad_()
        on_real, on_fake = critic(x), critic(fake)
        slopes = squared_slope(on_real, x) + squared_slope(on_fake, fake)
        return F.softplus(on_fake - on_real).mean() + 0.025 * slopes

    def generator_cost():
        with torch.no_grad():
            on_real = critic(real)
        return F.softplus(on_real - critic(generator(latent()))).mean()

    return critic_cost, generator_cost


def squared_slope(out, x):
    """Mean over rows of |d out / d x|^2."""
    (slope,) = torch.autograd.grad(out.sum(), x, create_graph=True)
    return slope.square().sum() / len(x)


# name: (networks, size of the latent, shape of an image, costs, penalties)
MODELS = {
    "mlp": (mlp, 100, (1, 28, 28), non_saturating, False),
    "dcgan": (dcgan, 100, (1, 28, 28), non_saturating, False),
    "resnet": (resnet, 128, (3, 32, 32), non_saturating, True),
    "r3gan": (r3gan, 64, (3, 32, 32), relativistic, True),
}
