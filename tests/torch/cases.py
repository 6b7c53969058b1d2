"""Programs that run in PyTorch and here alike; what PyTorch gives is in `expected.json` (see `make_expected.py`)."""

PRINTING = """
torch.tensor(3.0)
torch.tensor(-2.5)
torch.tensor(3)
torch.tensor(True)
torch.tensor(1e-10)
torch.tensor(1e10)
torch.tensor(123456789.0)
torch.tensor(float("nan"))
torch.tensor(float("inf"))
torch.tensor(-float("inf"))
torch.tensor(0.1, dtype=torch.float64)
torch.tensor(0.1, dtype=torch.float16)
torch.tensor(0.1, dtype=torch.bfloat16)
torch.tensor(7, dtype=torch.int32)
torch.tensor(7, dtype=torch.uint8)
torch.tensor(1 + 2j)
torch.tensor([1.0, 2.0, 3.0])
torch.tensor([1.5, -2.25, 100.0])
torch.tensor([1, -20, 300])
torch.tensor([True, False])
torch.tensor([0.0, 0.0])
torch.tensor([-0.0, 1.0])
torch.tensor([1.0, float("nan"), float("inf")])
torch.tensor([1.5, float("nan"), -float("inf")])
torch.tensor([1e-8, 1.0])
torch.tensor([1e8, 1.5])
torch.tensor([1e9, 1.0])
torch.tensor([1.0, 1000.0, 1e6])
torch.tensor([0.0001, 0.0002])
torch.tensor([0.00001, 0.0002])
torch.tensor([100000.5, 2.0])
torch.tensor([1000.0, 1.0])
torch.tensor([1001.0, 1.0])
torch.tensor([0.001, 1.0])
torch.tensor([[1.0, 2.0], [3.0, 4.5]])
torch.tensor([[1, 2], [3, 40]])
torch.tensor([[True, False], [False, True]])
torch.tensor([[1e-5, 1.0], [2.0, 3e5]])
torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
torch.arange(24).reshape(2, 3, 4)
torch.arange(16).reshape(2, 2, 2, 2)
torch.tensor([])
torch.tensor([], dtype=torch.int64)
torch.tensor([], dtype=torch.float64)
torch.zeros(0, 3)
torch.zeros(2, 0)
torch.zeros(2, 0, dtype=torch.int64)
torch.zeros(2, 0, dtype=torch.bool)
torch.zeros(2, 0, requires_grad=True)
torch.arange(30)
torch.arange(30.0)
torch.arange(30.0) / 7
torch.arange(1000)
torch.arange(1001)
torch.arange(2000.0)
torch.arange(10000.0).reshape(100, 100)
torch.zeros(30, 40)
torch.arange(5000).reshape(2, 50, 50)
torch.zeros(3, 500)
torch.ones(500, 3)
torch.ones(1200, dtype=torch.float64)
torch.linspace(0, 1, 5)
torch.linspace(0, 1, 25, dtype=torch.float64)
torch.tensor([1.0, 2.0], dtype=torch.float64)
torch.tensor([1.0, 2.0], dtype=torch.float16)
torch.tensor([1, 2], dtype=torch.int8)
torch.tensor([1, 2], dtype=torch.int16)
torch.tensor([1 + 2j, 3.5 - 1j])
torch.tensor([1 + 2j, 3 - 1j])
torch.tensor([1e10 + 2j, 3.0])
torch.tensor([1 + 2j], dtype=torch.complex128)
torch.tensor([[1j, 2], [3, 4 - 0.5j]])
torch.tensor([[100.5 + 1j, 2 - 30.25j], [-3, 4 - 0.5j]])
torch.tensor([1e-5 + 1j, complex(2, float("nan"))])
torch.tensor([1.0, 2.0], requires_grad=True)
torch.tensor(1.0, requires_grad=True)
torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
torch.tensor(2.0, requires_grad=True) * 3
torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True) + 1
torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True).exp()
torch.zeros(3, 4, dtype=torch.float64, requires_grad=True) * 2
(torch.arange(9.0, dtype=torch.float64, requires_grad=True) * 1.5).log_softmax(0)
torch.arange(11.0, dtype=torch.float64, requires_grad=True) * 1.5
torch.arange(12.0, dtype=torch.float64, requires_grad=True) * 1.5
torch.arange(12.0, requires_grad=True)
torch.arange(13.0, requires_grad=True)
torch.arange(26.0, requires_grad=True)
torch.tensor([[0.1, 0.2], [0.3, 0.4]], requires_grad=True).sum(0)
torch.zeros(2, 3).shape
torch.zeros(()).shape
torch.float32
[torch.int64, torch.bool, torch.half, torch.double]
(torch.tensor([1.0], requires_grad=True) * 2).grad_fn.name()
torch.tensor([[1.0, 5.0], [7.0, 2.0]]).max(dim=1)
torch.tensor([3.0, 1.0, 2.0]).sort()
torch.tensor([3, 1, 2]).topk(2)
torch.tensor([1.0, 2.0, 3.0]).split(2)
f"{torch.tensor(2.5):.3f}"
f"{torch.tensor([1.0, 2.0])}"
str(torch.tensor([1.0, 2.0]))
torch.full((2, 2), 1e-3)
torch.full((3,), 12345.678)
torch.tensor([99999999.0, 1.0])
torch.tensor([100000001.0, 100000001.0])
""".strip().splitlines()

LEAVES = {
    "x": 1.5,
    "v": [0.5, -1.25, 2.0],
    "p": [0.5, 1.25, 2.0],
    "u": [0.25, -0.5, 0.75],
    "m": [[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]],
    "n": [[2.0, 1.0], [0.5, -1.0], [3.0, 0.25]],
    "c": [[[1.0, 2.0], [3.0, 4.0]], [[-1.0, 0.5], [2.0, 1.0]]],
    "e": [1.0, 1.0, 0.0],
}
"""float32 tensors that require a gradient, made anew for each function case."""

FUNCTIONS = """
v + p
v + 2
v - p
2 - v
v * p
v * 2.5
v / p
v / 2
2 / p
v.detach() // p.detach()
v % p
v % 2
p ** 2
p ** 0.5
p ** p
2 ** v
-v
abs(v)
v + m
m * v
m - x
torch.add(v, p, alpha=2)
torch.sub(v, p, alpha=0.5)
torch.div(m, 2, rounding_mode="floor")
torch.div(m, 2, rounding_mode="trunc")
torch.atan2(v, p)
torch.maximum(v, p)
torch.minimum(v, p)
torch.maximum(e, torch.ones(3))
v.exp()
p.log()
p.log2()
p.log10()
p.log1p()
v.expm1()
p.sqrt()
p.rsqrt()
p.reciprocal()
v.sin()
v.cos()
u.tan()
u.asin()
u.acos()
v.atan()
v.sinh()
v.cosh()
v.tanh()
v.asinh()
(p + 1).acosh()
u.atanh()
v.sigmoid()
v.relu()
e.relu()
v.erf()
v.erfc()
u.erfinv()
p.lgamma()
p.digamma()
v.square()
v.abs()
e.abs()
v.sign()
v.floor()
v.ceil()
v.round()
torch.round(v * 1.234, decimals=1)
v.trunc()
v.clamp(-1, 1)
v.clamp(min=0.5)
v.clamp(max=0.5)
v.clamp(u, p)
v.nan_to_num()
m.sum()
m.sum(0)
m.sum(dim=1, keepdim=True)
m.sum((0, 1))
m.sum(-1, dtype=torch.float64)
m.mean()
m.mean(0)
m.mean(dim=(0, 1), keepdim=True)
m.prod()
m.prod(1)
e.prod()
m.logsumexp(1)
m.amax(1)
m.amin(0)
m.amax()
e.amax()
m.max()
e.max()
e.max(0).values
e.min(0).values
m.max(1).values
torch.max(v, p)
v.min(p)
m.var(0, unbiased=False)
m.max(1, keepdim=True).values
m.min(0).values
m.min()
m.var()
m.var(0)
m.std()
m.std(1, keepdim=True)
m.var(1, correction=0)
m.norm()
m.norm(1)
m.norm(3.0)
m.norm(dim=1)
m.norm(float("inf"))
m.cumsum(1)
p.cumprod(0)
m.sort(1).values
m.sort(0, descending=True).values
m.topk(2).values
m.topk(1, largest=False).values
m @ n
v @ p
m @ v
v @ n
c @ c
c @ n[:2]
m.mm(n)
m.mv(p)
c.bmm(c)
torch.dot(v, p)
torch.outer(v, p)
torch.addmm(torch.ones(2, 2), m, n)
torch.einsum("ij,jk->ik", m, n)
m.reshape(3, 2)
m.view(-1)
m.flatten()
c.flatten(1)
m.T
m.t()
c.mT
c.transpose(0, 2)
c.permute(2, 0, 1)
c.movedim(0, -1)
m.unsqueeze(1)
m.unsqueeze(-1).squeeze(-1)
m[:1].squeeze()
v.expand(2, 3)
v.expand(2, -1)
v.repeat(2)
v.repeat(2, 2)
torch.cat([m, m * 2])
torch.cat([m, n.T], dim=1)
torch.stack([v, p])
torch.stack([v, p], dim=1)
v.split(2)[1]
m.chunk(2, 1)[0]
m.unbind(0)[1]
v.flip(0)
m.flip(0, 1)
m.roll(1)
m.roll(1, 1)
m.tril()
m.triu()
v.diag()
torch.diag(m) + 0
v[0]
v[-1]
v[1:]
v[::2]
m[1]
m[0, 1]
m[:, 1]
m[..., 0]
m[None]
m[:, None]
v[torch.tensor([2, 0, 0])]
v[[0, -1]]
v[v > 0]
m[m > 0]
m[torch.tensor([0, 1]), torch.tensor([2, 0])]
m[:, torch.tensor([2, 0])]
m[1, torch.tensor([2, 0])]
m[torch.tensor([True, False])]
m.gather(1, torch.tensor([[0, 2], [1, 1]]))
m.index_select(1, torch.tensor([2, 0]))
torch.where(v > 0, v, p)
torch.where(v > 0, v, 0.0)
v.masked_fill(v > 0, 3.0)
torch.masked_select(m, m > 0)
v.double()
v.to(torch.float16)
v.clone()
v.detach() * p
v.softmax(0)
m.softmax(-1)
F.log_softmax(m, dim=1)
F.gelu(v)
F.gelu(v, approximate="tanh")
F.silu(v)
F.elu(v)
F.elu(v, 0.5)
F.selu(v)
F.leaky_relu(v)
F.leaky_relu(v, 0.2)
F.relu6(v * 4)
F.softplus(v)
F.softplus(v, beta=2)
F.logsigmoid(v)
F.linear(v, m)
F.linear(m, torch.ones(2, 3))
F.linear(m, torch.ones(2, 3), torch.ones(2))
F.mse_loss(v, p)
F.mse_loss(v, p, reduction="sum")
F.mse_loss(v, p, reduction="none")
F.l1_loss(v, p)
F.smooth_l1_loss(v, p)
F.cross_entropy(m, torch.tensor([2, 0]))
F.cross_entropy(m, torch.tensor([2, 0]), reduction="none")
F.cross_entropy(m, torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]]))
F.cross_entropy(v, torch.tensor(1))
F.nll_loss(F.log_softmax(m, 1), torch.tensor([2, 0]))
F.binary_cross_entropy(v.sigmoid(), torch.tensor([1.0, 0.0, 0.5]))
F.binary_cross_entropy_with_logits(v, torch.tensor([1.0, 0.0, 0.5]))
F.embedding(torch.tensor([[1, 0], [1, 1]]), m)
F.layer_norm(m, (3,))
F.layer_norm(m, (3,), p, v)
F.dropout(v, 0.5, training=False)
(v * 2).add_(p)
(v * 2).mul_(v)
(v * 2).sub_(1)
(v * 2).div_(p)
(v * 2).pow_(2)
(v * 2).clamp_(0, 1)
(v * 2).zero_() + v
(v * 2).fill_(3) + v
(v * 2).copy_(p)
torch.zeros(3).add_(v)
torch.zeros(2, 3).copy_(v)
torch.tensor([1, 2]) + 0.5
torch.tensor([1, 2]) + torch.tensor(0.5, dtype=torch.float64)
torch.tensor([1, 2]) + torch.tensor([0.5], dtype=torch.float64)
torch.tensor([1.0]) + torch.tensor(2.0, dtype=torch.float64)
torch.tensor([1.0], dtype=torch.float16) + torch.tensor([1.0], dtype=torch.bfloat16)
torch.tensor([1.0], dtype=torch.float16) + 1e-3
torch.tensor([1], dtype=torch.uint8) + torch.tensor([1], dtype=torch.int8)
torch.tensor([1], dtype=torch.int32) + torch.tensor(2)
torch.tensor([True]) + 1
torch.tensor([1], dtype=torch.uint8) + 300
torch.tensor([1.0], dtype=torch.float16) * 1e10
torch.tensor([1e300])
torch.tensor([True]) * torch.tensor([2.5])
torch.tensor([True, False]) + torch.tensor([True, False])
torch.tensor([1, 2]) / torch.tensor([2, 2])
torch.tensor([7, -7]) // 2
torch.tensor([7, -7]) % 3
torch.tensor([7, -7]) // torch.tensor([2.0])
torch.tensor([2, 3]) ** 2
torch.tensor([2, 3]) ** 0.5
torch.tensor([1, 2]) * 1j
torch.tensor([1.0], dtype=torch.float64) * 1j
torch.tensor(1) + torch.tensor([1], dtype=torch.int8)
torch.tensor(1.0) + torch.tensor([1])
torch.tensor([1, 2]).sum()
torch.tensor([True, True]).sum()
torch.tensor([1, 2], dtype=torch.int8).prod()
torch.tensor([1, 2], dtype=torch.int32).cumsum(0)
torch.tensor([1, 2]).sqrt()
torch.tensor([4, 9]).float().sqrt().int()
torch.tensor([1.7, -1.7]).long()
torch.tensor([1, 0]).bool()
torch.tensor([1, 2]) == torch.tensor([1, 3])
torch.tensor([1, 2]) != 1
torch.tensor([1.0, 2.0]) < 1.5
torch.tensor([1.0, 2.0]) >= torch.tensor(2)
torch.tensor([True, False]) & torch.tensor([True, True])
torch.tensor([6, 3]) | torch.tensor([1, 8])
torch.tensor([6, 3]) ^ 2
~torch.tensor([True, False])
~torch.tensor([1, 2])
torch.logical_and(torch.tensor([1, 0]), torch.tensor([2.0, 3.0]))
torch.logical_not(torch.tensor([0.0, 2.0]))
torch.tensor([[1, 5], [7, 2]]).argmax()
torch.tensor([[1, 5], [7, 2]]).argmax(0)
torch.tensor([[1, 5], [7, 2]]).argmin(1, keepdim=True)
torch.tensor([[1, 5], [7, 2]]).max(1).indices
torch.tensor([3, 1, 2]).argsort(descending=True)
torch.tensor([2, 1, 2, 1]).sort().indices
torch.tensor([True, False]).all()
torch.tensor([[True, False]]).any(1)
torch.tensor([0.0, float("nan")]).isnan()
torch.tensor([float("inf"), 1.0]).isinf()
torch.tensor([float("inf"), 1.0]).isfinite()
torch.tensor([[0, 1], [2, 0]]).nonzero()
F.one_hot(torch.tensor([0, 2]))
F.one_hot(torch.tensor([0, 2]), 4)
torch.arange(1, 10, 3)
torch.arange(0.5, 2.0, 0.5)
torch.eye(2, 3)
torch.full((2,), 3)
torch.full((2,), True)
torch.zeros(2, dtype=torch.int32)
torch.ones_like(torch.tensor([1, 2]))
torch.full_like(torch.tensor([1.0]), 2)
torch.tensor([[1, 2.5], [3, 4]])
torch.tensor([torch.tensor(1.0), 2.0])
torch.cat([torch.tensor([1]), torch.tensor([2.5])])
torch.tensor([1.0, 2.0]).tolist()
torch.tensor(3.5).item()
torch.tensor([[1.0, 2.0]]).size(1)
torch.zeros(2, 3).numel()
torch.result_type(torch.tensor([1]), 1.0)
len(torch.zeros(4, 2))
int(torch.tensor([3]))
bool(torch.tensor(0.0))
2.0 in torch.tensor([1.0, 2.0])
torch.equal(torch.ones(2), torch.ones(2))
torch.allclose(torch.ones(2), torch.ones(2) + 1e-7)
torch.tensor(3.0 + 4.0j).abs()
""".strip().splitlines()

PROGRAMS = {
    "gradients accumulate": """
x = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    (x**3).backward()
print(x.grad)
x.grad.zero_()
print(x.grad)
x.grad = None
(x * x).backward()
print(x.grad)
""",
    "the graph can be kept": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x * x).sum()
y.backward(retain_graph=True)
y.backward()
print(x.grad)
""",
    "second derivative": """
x = torch.tensor(2.0, requires_grad=True)
(first,) = torch.autograd.grad(x**3, x, create_graph=True)
print(first.requires_grad, first.item())
(second,) = torch.autograd.grad(first, x, create_graph=True)
print(second.item())
(third,) = torch.autograd.grad(second, x)
print(third)
""",
    "a cotangent": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
(x * x).backward(torch.tensor([1.0, 10.0]))
print(x.grad)
print(torch.autograd.grad(x * x, x, torch.ones(2)))
print(torch.autograd.grad([x.sum(), (x * x).sum()], [x]))
""",
    "unused inputs": """
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(1.0, requires_grad=True)
print(torch.autograd.grad(x * 2, [x, y], allow_unused=True))
""",
    "no_grad": """
x = torch.tensor(1.0, requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(y.requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        print((x * 2).requires_grad)

@torch.no_grad()
def double(x):
    return x * 2

@torch.no_grad
def triple(x):
    return x * 3

print(double(x), triple(x), torch.is_grad_enabled())
torch.set_grad_enabled(False)
print((x * 2).requires_grad)
torch.set_grad_enabled(True)
with torch.set_grad_enabled(False):
    print(x * 2)
print(x * 2)
""",
    "a step of descent": """
w = torch.tensor([1.0, -1.0], requires_grad=True)
for _ in range(3):
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
print(w, w.is_leaf, w.grad)
""",
    "data": """
w = torch.tensor([1.0, -1.0], requires_grad=True)
w.data -= 0.5
print(w)
w.data.mul_(2)
print(w, w.data)
w.data = torch.tensor([5.0])
print(w)
d = w.detach()
d += 1
print(w, d, d.requires_grad)
d[0] = 0
print(w)
w.sum().backward()
w.grad.data.zero_()
print(w.grad)
""",
    "intermediate gradients": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
z = (y * y).sum()
z.backward()
print(x.grad, y.grad, y.is_leaf, x.is_leaf)
x = torch.tensor(2.0, requires_grad=True)
y = x * 3
print(torch.autograd.grad(y * y, y))
""",
    "in place": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y += 1
y *= x
print(y)
y.sum().backward()
print(x.grad)
z = torch.zeros(3)
z[1] = 5
z[2:] += 2
z[0] = z[1]
print(z)
z[z > 4] = -1
print(z)
m = torch.zeros(2, 3)
m[0] = torch.tensor([1.0, 2.0, 3.0])
m[1].add_(4)
m[0][1] = 9
m[:, 2].zero_()
print(m)
""",
    "writing through brackets is recorded": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.zeros(3)
y[1:] = x * x
y[0] = x[0]
print(y.detach(), y.requires_grad)
(y * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
print(x.grad)
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
y[1] = 0
y.sum().backward()
print(x.grad)
""",
    "requires_grad": """
x = torch.tensor([1.0])
print((x * 2).requires_grad)
x.requires_grad_()
print((x * 2).requires_grad, x.grad_fn, x.requires_grad)
x.requires_grad = False
print((x * 2).requires_grad)
y = torch.tensor([1, 2])
print(y.requires_grad, (torch.ones(2, requires_grad=True) > 0).requires_grad)
""",
    "grads of mixed dtypes": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
z = (x * y).sum()
print(z.dtype)
z.backward()
print(x.grad, y.grad)
""",
    "broadcast gradients": """
x = torch.ones(2, 3, requires_grad=True)
b = torch.zeros(3, requires_grad=True)
s = torch.tensor(2.0, requires_grad=True)
(x * s + b).sum().backward()
print(x.grad, b.grad, s.grad)
""",
    "iteration": """
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
total = 0
for row in x:
    total = total + row.sum() ** 2
print(total)
total.backward()
print(x.grad)
a, b = torch.tensor([5, 6])
print(a, b, sum(torch.tensor([1, 2])))
""",
    "numbers": """
x = torch.tensor(2.5)
print(float(x), int(x), bool(x), x.item(), f"{x:.2f}", [1, 2, 3][torch.tensor(1)])
print(torch.tensor([[1, 2]]).tolist(), torch.tensor(True).item())
print(x.dim(), x.ndim, x.numel(), x.size(), torch.zeros(2, 3).size(1), x.dtype)
print(sorted([torch.tensor(3), torch.tensor(1)]), {torch.tensor(1): 2} != {})
""",
    "control flow": """
x = torch.tensor(3.0, requires_grad=True)
y = x
while y < 100:
    y = y * x if y < 20 else y + x
y.backward()
print(y.item(), x.grad)
""",
    "create_graph accumulates": """
x = torch.tensor(2.0, requires_grad=True)
(g,) = torch.autograd.grad(x**3, x, create_graph=True)
(g + x).backward()
print(x.grad)
""",
    "complex": """
z = torch.tensor(1 + 2j, requires_grad=True)
(z.abs() ** 2).backward()
print(z.grad)
""",
    "newton": """
x = torch.tensor(1.0, requires_grad=True)
for _ in range(6):
    f = x.exp() - 3 * x**2
    (slope,) = torch.autograd.grad(f, x)
    with torch.no_grad():
        x -= f / slope
print(f"{x.item():.5f}")
""",
}

ERRORS = """
v.backward()
torch.ones(1).backward()
(x * x).backward(torch.ones(2))
v.add_(1)
v.__setitem__(0, 1)
v.zero_()
v.numpy()
torch.autograd.grad(x * 2, v)
torch.autograd.grad([v.sum()], [v, x])
torch.autograd.grad(x, torch.ones(1))
torch.autograd.grad(torch.ones(1), v)
torch.autograd.grad(v.sum(), v, grad_outputs=torch.ones(2))
(v * 2).backward(torch.ones(2))
m @ m
torch.ones(2) @ torch.ones(3)
m @ torch.ones(2)
torch.ones(2) @ torch.ones(3, 2)
c @ torch.ones(3, 2, 2)
x @ m
v + torch.ones(2)
m * torch.ones(3, 2)
torch.tensor([[1, 2], [3]])
torch.tensor("a")
torch.tensor(None)
torch.tensor([1, 2], requires_grad=True)
torch.tensor([1, 2]).requires_grad_()
v.item()
bool(v.detach())
bool(torch.tensor([]))
int(v.detach())
float(v.detach())
m.sum(2)
m.sum(-3)
m.softmax(5)
m.max(2)
m.unsqueeze(3)
m.transpose(0, 2)
v[3]
v[-4]
m[:, 5]
v[0, 0]
x[0]
m[torch.tensor([2])]
v[torch.tensor([True, False])]
v[torch.tensor([0.5])]
v[::-1]
len(x)
list(x)
m.view(4)
m.reshape(-1, 4)
m.view(-1, -1)
torch.cat([v, m])
torch.cat([])
torch.cat([m, n])
torch.stack([v, torch.ones(2)])
torch.stack([])
m.expand(3, 3)
m.permute(0, 0)
m.flatten(1, 0)
m.mean(dtype=torch.float32).retain_grad() or torch.ones(2).retain_grad()
torch.ones(2, dtype=torch.int64).mean()
torch.tensor(1) // 0
torch.tensor(1) % 0
torch.tensor(2) ** -1
v + "a"
torch.add(v, None)
torch.exp(3.0)
m.dot(v)
v.mm(v)
setattr(v * 2, "requires_grad", False)
setattr(x, "grad", torch.ones(2))
setattr(v, "data", torch.ones(3, dtype=torch.int64))
torch.ones(2, dtype=torch.int64).add_(1.5)
torch.ones(2).add_(torch.ones(3, 2))
torch.where(torch.ones(3), v, v)
F.cross_entropy(m, torch.tensor([0, 7]))
F.cross_entropy(m, torch.tensor([0]))
F.mse_loss(v, torch.zeros(3), reduction="middle")
F.binary_cross_entropy(v.sigmoid(), torch.ones(2))
F.linear(m, torch.ones(2, 2))
torch.zeros(-1)
torch.eye(-1)
torch.full((2,), None)
(x + 1j).backward()
~torch.ones(2)
-torch.tensor(True)
torch.tensor(True) - torch.tensor(True)
torch.zeros(2).clamp()
torch.zeros(0).max()
torch.zeros(2, 0).max(1)
torch.arange(0, 3, 0)
torch.arange(3, 0)
range(torch.tensor(1.0))
torch.zeros(3).split(0)
torch.randint(3, 3, (1,))
v.no_such_method
torch.zeros(2, 2).__setitem__(0, torch.ones(3))
F.embedding(torch.tensor([5]), m)
m.gather(1, torch.tensor([[5], [0]]))
m.topk(4)
""".strip().splitlines()


def leaves(torch):
    """The tensors that cases name, new and without gradients."""
    return {name: torch.tensor(value, requires_grad=True) for name, value in LEAVES.items()}
