# Every target runs from this folder with a Python of its own in .venv, made on first use.
# With another Python that has the packages (conda, say): make test PY=python READY=

VENV = .venv
PY = $(VENV)/bin/python
READY = $(VENV)/ready

export PYTHONPATH := $(CURDIR)

.PHONY: run lab council pack test browser bench pins clean

run: $(READY)
	$(PY) -m simulation run data/scenarios/*.yaml --out results

lab: $(READY)
	$(PY) -m simulation.workbook.serve lab notebooks/id/00_mulai.ipynb --ServerApp.root_dir=$(CURDIR)

# The page without code. In the hall's network: make council ROOM="--ip 0.0.0.0 --password --pool 4" (docs/council.md).
ROOM =
council: $(READY)
	$(PY) -m simulation.workbook.serve council $(ROOM)

pack: $(READY)
	$(PY) -m simulation pack data/scenarios/todays_path.yaml data/scenarios/designed_for_impact.yaml data/scenarios/digital_front_desk.yaml \
	  data/scenarios/double_budget.yaml --out results/pack

test: $(READY)
	$(PY) -m pytest -m "not browser" -n 2
	$(PY) -m pytest --nbval-lax --nbval-current-env -n 2 --dist loadfile notebooks/id notebooks/en

browser: $(READY)
	$(PY) -m pytest -m browser tests/browser

bench: $(READY)
	$(PY) -m benchmarks
	$(PY) -m benchmarks.skm_reading
	$(PY) -m benchmarks.sensitivity
	$(PY) -m benchmarks.calibration
	$(PY) -m benchmarks.twin
	$(PY) -m benchmarks.cluster
	$(PY) -m benchmarks.national

# Rewrites the pinned results of tests/expected/ after a change on purpose; read the difference before committing it.
pins: $(READY)
	$(PY) tools/pins.py

clean:
	rm -rf $(VENV) build simulation.egg-info .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

$(VENV)/ready: requirements.lock
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	touch $@
