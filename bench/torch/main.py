"""
PyTorch's column of the bench: trains one model on command. Commands on stdin and answers on stdout are those of ../protocol.ts.

    python main.py --model dcgan --setting eager --device cpu --batch 64 --threads 2

Settings: `eager`, PyTorch as it comes; `tuned`, channels last and the fused Adam; `compiled`, torch.compile of both networks.
"""

import argparse
import json
import resource
import sys
import time

started = time.perf_counter()


def say(**answer):
    print(json.dumps(answer), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--setting", choices=["eager", "tuned", "compiled"], required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    try:
        import torch
    except ImportError as cause:
        say(absent=f"no PyTorch here: {cause}")
        return
    from models import MODELS

    imported = time.perf_counter()
    if given.device == "cuda" and not torch.cuda.is_available():
        say(absent="PyTorch finds no GPU for CUDA here")
        return
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    networks, dimensions, shape, costs, penalties = MODELS[given.model]
    generator, critic = (network.to(given.device) for network in networks())
    real = torch.rand(given.batch, *shape).to(given.device) * 2 - 1
    fused = None
    if given.setting != "eager":
        fused = True
        generator, critic, real = (x.to(memory_format=torch.channels_last) for x in (generator, critic, real))
    parameters = {
        name: sum(p.numel() for p in network.parameters())
        for name, network in (("generator", generator), ("critic", critic))
    }
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=fused)
        for network in (critic, generator)
    ]
    drawn = generator
    if given.setting == "compiled":
        if penalties:
            say(absent="torch.compile does not differentiate twice, which gradient penalties need")
            return
        generator, critic = torch.compile(generator), torch.compile(critic)

    def latent():
        return torch.randn(given.batch, dimensions, device=given.device)

    critic_cost, generator_cost = costs(critic, generator, real, latent, penalties)

    def move(cost, optimizer):
        optimizer.zero_grad(set_to_none=True)
        cost().backward()
        optimizer.step()

    def step():
        move(critic_cost, optimizers[0])
        critic.requires_grad_(False)
        move(generator_cost, optimizers[1])
        critic.requires_grad_(True)

    def sample(n):
        drawn.eval()
        with torch.no_grad():
            drawn(torch.randn(n, dimensions, device=given.device)).cpu().numpy()
        drawn.train()

    def finish():
        if given.device == "cuda":
            torch.cuda.synchronize()

    built = time.perf_counter()
    step()
    finish()
    first = time.perf_counter()
    say(
        ready={
            "parameters": parameters,
            "cold": {"import": imported - started, "build": built - imported, "first": first - built},
            "versions": {
                "python": sys.version.split()[0],
                "torch": torch.__version__,
                **({"CUDA device": torch.cuda.get_device_name()} if given.device == "cuda" else {}),
            },
        }
    )
    for line in sys.stdin:
        command, *numbers = line.split()
        begin = time.perf_counter()
        if command == "go":
            for _ in range(int(numbers[0])):
                step()
            finish()
        elif command == "sample":
            for _ in range(int(numbers[1])):
                sample(int(numbers[0]))
        elif command == "memory":
            say(bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
            continue
        elif command == "quit":
            return
        say(seconds=time.perf_counter() - begin)


main()
