"""Recordings of StarNet, DemoNet and Pi-Nets.

A Pi-Net without activations is a polynomial of a degree beyond 2**8: with the filled running statistics its outputs
reach 1e87, so the recordings in training mode are the ones that tell right from wrong.
"""

from tests.official.case import Case, Published, Small

NOISE: dict[str, object] = {"widths": [128, 512, 256, 128, 64, 3], "norm": "instancenorm"}

CASES = (
    *(Case(f"hadamard/starnet_{v}", "StarNet", v, slow=v != "s050") for v in ("s050", "s100", "s2", "s1", "s4")),
    Case("hadamard/starnet_s1_trainbn64", "StarNet", "s1", train=True),
    Case("hadamard/DemoNet_d12_w192_mul", "DemoNet", "w192_mul", slow=True),
    Case("hadamard/DemoNet_d12_w192_sum", "DemoNet", "w192_sum"),
    Case("hadamard/DemoNet_d12_w32_mul", "DemoNet", "w32_mul"),
    Case("hadamard/pinet_norelu_18_trainbn", "PiNet", "norelu", train=True, slow=True),
    Case("hadamard/pinet_1x1_norelu_18_trainbn", "PiNet", "norelu_1x1", train=True),
    Case("hadamard/pinet_relu_18", "PiNet", "relu"),
    Case("hadamard/pinet_relu_18_trainbn", "PiNet", "relu", train=True, slow=True),
    Case("hadamard/pinet_norelu_18", "PiNet", "norelu", slow=True),
    Case("hadamard/pinet_1x1_norelu_18", "PiNet", "norelu_1x1", slow=True),
    Case("hadamard/resnet_norelu_18", "PiNet", "resnet_norelu"),
    Case("hadamard/pinet_gen_act", "PiGenerator", None, NOISE),
    Case("hadamard/pinet_gen_noact", "PiGenerator", None, {**NOISE, "act": "identity", "maps": 1}),
    Case("hadamard/pinet_gen_default_trainbn", "PiGenerator", None, train=True),
)

PUBLISHED = (
    Published("hadamard", "StarNet", "s3", 5_750_792),
    Published("hadamard", "StarNet", "s150", 1_560_616),
    Published("hadamard", "PiNet", "relu_1x1", 12_389_672),
)

SMALL = (
    Small("hadamard", "StarNet", "s050", {"base": 8, "depths": [1, 2], "classes": 5, "drop_path": 0.5}),
    Small("hadamard", "PiNet", "relu_1x1", {"depths": [1, 1, 1, 1], "classes": 5}, slow=True),
)
