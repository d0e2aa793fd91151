#!/usr/bin/python3
"""The peers: scikit-learn's and PyTorch's training and forward pass, on request.

Needs Debian's python3-sklearn, python3-torch and libopenblas0-pthread. Reads a request a line, an object of JSON, and
answers with a line {"peer", "threads", "rowsPerS", "loss"} for each peer, then an empty line. The environment sets the
number of threads:

    echo '{"work": "train", ...}' | OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ./peers.py

Work, as in ours: ReLU hidden layers, softmax cross-entropy, minibatches drawn from a fresh shuffle every epoch; SGD of
learning rate 0.01, momentum 0.9 and L2 1e-4, or Adam of learning rate 1e-3. Timed are whole epochs after one that warms
up, at least "epochs" of them and at least "seconds" long; the best counts. The loss is the mean over the minibatches of epoch
1 + "epochs"; scikit-learn's has its penalty in it, some 1e-4.
"""
import json, os, sys, time, warnings
import numpy as np, scipy.sparse, torch
from sklearn.neural_network import MLPClassifier
warnings.filterwarnings("ignore")

THREADS = int(os.environ["OMP_NUM_THREADS"])
torch.set_num_threads(THREADS)

def best(request, run, rows, loss=lambda: None):
    """Rows a second of the best run, and the loss after 1 + epochs runs."""
    run()
    times, reached = [], None
    while len(times) < request["epochs"] or sum(times) < request["seconds"]:
        start = time.perf_counter(); run(); times.append(time.perf_counter() - start)
        if len(times) == request["epochs"]:
            reached = loss()
    return rows / min(times), reached

def torch_network(sizes):
    layers = []
    for fan_in, units in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(fan_in, units), torch.nn.ReLU()]
        torch.nn.init.kaiming_uniform_(layers[-2].weight, nonlinearity="relu")  # He's, like ours
        torch.nn.init.zeros_(layers[-2].bias)
    return torch.nn.Sequential(*layers[:-1])

def train_torch(request, x, y):
    X, Y, batch = torch.from_numpy(x), torch.from_numpy(y.astype(np.int64)), request["batch"]
    m = torch_network([x.shape[1], *request["hidden"], request["classes"]])
    o = (torch.optim.SGD(m.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4) if request["optimizer"] == "sgd"
         else torch.optim.Adam(m.parameters(), lr=1e-3))
    loss = torch.nn.CrossEntropyLoss()
    losses = []
    def epoch():
        losses.clear()
        perm = torch.randperm(len(X))
        for i in range(0, len(X), batch):
            j = perm[i:i + batch]
            o.zero_grad(set_to_none=True)
            l = loss(m(X[j]), Y[j])
            l.backward()
            o.step()
            losses.append(l.detach())
    return best(request, epoch, len(X), lambda: torch.stack(losses).mean().item())

def train_sklearn(request, x, y):
    sgd = request["optimizer"] == "sgd"
    m = MLPClassifier(request["hidden"], batch_size=request["batch"], max_iter=1, solver=request["optimizer"], warm_start=True,
                      learning_rate_init=0.01 if sgd else 0.001, nesterovs_momentum=False)
    return best(request, lambda: m.fit(x, y), x.shape[0], lambda: m.loss_)

def dense(request):
    return (np.fromfile(request["features"], np.float32).reshape(-1, request["inputs"]),
            np.fromfile(request["labels"], np.int32))

def train(request):
    x, y = dense(request)
    yield "scikit-learn", train_sklearn(request, x, y)
    yield "PyTorch", train_torch(request, x, y)

def train_sparse(request):
    """Rows of equally many values that are present, as a CSR matrix; PyTorch has no sparse input for this network."""
    indices = np.fromfile(request["indices"], np.int32)
    y = np.fromfile(request["labels"], np.int32)
    starts = np.arange(0, len(indices) + 1, len(indices) // len(y))
    x = scipy.sparse.csr_matrix((np.fromfile(request["values"], np.float32), indices, starts), (len(y), request["inputs"]))
    yield "scikit-learn", train_sklearn(request, x, y)

def forward(request):
    """All rows at once and in parts that fit the cache; the better counts."""
    X = torch.from_numpy(dense(request)[0])
    m = torch_network([X.shape[1], *request["hidden"], request["classes"]])
    with torch.no_grad():
        yield "PyTorch", max(best(request, lambda: [m(part) for part in X.split(rows)], len(X)) for rows in (len(X), 1024))

for line in sys.stdin:
    request = json.loads(line)
    work = {"train": train, "trainSparse": train_sparse, "forward": forward}[request["work"]]
    for peer, (rate, loss) in work(request):
        print(json.dumps({"peer": peer, "threads": THREADS, "rowsPerS": rate, "loss": loss}), flush=True)
    print(flush=True)
