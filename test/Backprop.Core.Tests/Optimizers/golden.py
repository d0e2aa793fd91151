#!/usr/bin/env python3
"""Prints the numbers of PyTorch in the tests beside it: its optimizers on two groups of parameters, in double, and its schedules."""
import torch

W = [1.0, -2.0, 0.5, 3.0, -0.25]  # The last two are a group of their own: a tenth of the rate, no decay.

def run(make, steps=10, decay=1.0):
    first, second = (torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in (W[:3], W[3:]))
    optimizer = make([{"params": [first]}, {"params": [second], "lr": 0.005, "weight_decay": 0.0}])
    for t in range(1, steps + 1):
        for w, base in ((first, 0), (second, 3)):
            i = torch.arange(base, base + len(w), dtype=torch.float64)
            w.grad = (w ** 3 - i + (-1) ** t * 0.5).detach()
        optimizer.step()
        for group in optimizer.param_groups:  # The rate changes between steps.
            group["lr"] *= decay
    return ", ".join(f"{x:.15g}" for x in torch.cat([first, second]).tolist())

print("Sgd plain", run(lambda p: torch.optim.SGD(p, lr=0.05)))
print("Sgd", run(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)))
print("Sgd decaying", run(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), decay=0.8))
print("Nesterov", run(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True)))
print("Nesterov decaying", run(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True), decay=0.8))
print("RmsProp", run(lambda p: torch.optim.RMSprop(p, lr=0.05)))
print("RmsProp momentum", run(lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-3, momentum=0.8)))
print("RmsProp momentum decaying", run(lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-3, momentum=0.8), decay=0.8))
print("Adam", run(lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3)))
print("AdamW", run(lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5)))
print("AdamW decaying", run(lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5), decay=0.8))

def run_sparse(steps=10):
    w = torch.tensor([[1.0, -2.0], [0.5, 3.0], [-0.25, 1.5]], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SparseAdam([w], lr=0.05, betas=(0.8, 0.95), eps=1e-15)  # SparseAdam has epsilon elsewhere.
    for t in range(1, steps + 1):  # Row t mod 3 is absent.
        rows = [r for r in range(3) if r != t % 3]
        values = w.detach()[rows] ** 3 + (-1) ** t * 0.5
        w.grad = torch.sparse_coo_tensor([rows], values, w.shape)
        optimizer.step()
    return ", ".join(f"{x:.15g}" for x in w.flatten().tolist())

print("SparseAdam", run_sparse())

def rates(make, losses=None):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(optimizer)
    result = [optimizer.param_groups[0]["lr"]]
    for t in range(10):
        optimizer.step()
        schedule.step(*([losses[t]] if losses else []))
        result.append(optimizer.param_groups[0]["lr"])
    return ", ".join(f"{x:.15g}" for x in result)

LOSSES = [1.0, 0.9, 0.89995, 0.95, 0.91, 0.8, 0.8, 0.79995, 0.79, 0.81]
schedules = torch.optim.lr_scheduler
print("StepSchedule", rates(lambda o: schedules.StepLR(o, step_size=3, gamma=0.5)))
print("CosineSchedule", rates(lambda o: schedules.CosineAnnealingLR(o, T_max=10, eta_min=0.1)))
# 11 epochs of one step each.
print("OneCycleSchedule", rates(lambda o: schedules.OneCycleLR(o, max_lr=1.0, total_steps=11, pct_start=4 / 11, cycle_momentum=False)))
print("PlateauSchedule", rates(lambda o: schedules.ReduceLROnPlateau(o, factor=0.5, patience=1), LOSSES))
