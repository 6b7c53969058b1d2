"""`tf.train.ClusterSpec`: which machines take part in a program, as a description."""

__all__ = ["ClusterSpec"]


class ClusterSpec:
    """Names of jobs with the addresses of their tasks: a list, or a dictionary from numbers of tasks.

    >>> cluster = tf.train.ClusterSpec({"worker": ["one:2222", "two:2222"]})
    >>> cluster.num_tasks("worker"), cluster.task_address("worker", 1)
    (2, 'two:2222')
    """

    def __init__(self, cluster):
        if isinstance(cluster, ClusterSpec):
            cluster = cluster.as_dict()
        if not isinstance(cluster, dict):
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, or a "
                "`ClusterDef` protocol buffer"
            )
        self._jobs = {}
        for job, tasks in cluster.items():
            if isinstance(tasks, list | tuple):
                tasks = dict(enumerate(tasks))
            elif not isinstance(tasks, dict):
                raise TypeError(
                    f"The tasks for job {job!r} must be a list or a dictionary from integers to strings."
                )
            self._jobs[job] = {index: _text(address) for index, address in sorted(tasks.items())}

    def as_dict(self):
        """The dictionary that the cluster can be made from again."""
        return {
            job: list(tasks.values()) if list(tasks) == list(range(len(tasks))) else dict(tasks)
            for job, tasks in self._jobs.items()
        }

    @property
    def jobs(self):
        """The names of the jobs, a list."""
        return list(self._jobs)

    def num_tasks(self, job_name):
        """The number of tasks of a job."""
        return len(self._tasks(job_name))

    def task_indices(self, job_name):
        """The numbers of the tasks of a job, ascending."""
        return list(self._tasks(job_name))

    def task_address(self, job_name, task_index):
        """The address of a task; ValueError if there is none."""
        tasks = self._tasks(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name):
        """The addresses of a job's tasks at the places of their numbers, None where there is none."""
        tasks = self._tasks(job_name)
        return [tasks.get(index) for index in range(max(tasks, default=-1) + 1)]

    def _tasks(self, job):
        if job not in self._jobs:
            raise ValueError(f"No such job in cluster: {job!r}")
        return self._jobs[job]

    def __bool__(self):
        return bool(self._jobs)

    def __eq__(self, other):
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    __hash__ = None

    def __repr__(self):
        return f"ClusterSpec({dict(sorted(self.as_dict().items()))!r})"


def _text(address):
    if isinstance(address, bytes):
        return address.decode()
    if not isinstance(address, str):
        raise TypeError(f"Task address {address!r} must be bytes or unicode")
    return address
