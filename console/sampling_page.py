"""Sampling plans as pages: draw one, see how far it is."""

from __future__ import annotations

from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import account_of, language_of, page, state_of
from pipeline.errors import UsageError
from pipeline.sampling import Quota
from warehouse.decisions.plans import Order, StratifiedBy, list_plans, make_plan, read_picks


def show_plans(request: Request) -> Response:
    """All plans, and the form for another."""
    return _plans(request)


async def draw_plan(request: Request) -> Response:
    """Draw a plan as the form says, and show it."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    by = account_of(request).account_id
    try:
        order = _order(form)
        number = await run_in_threadpool(make_plan, state_of(request).decisions, order, by=by)
    except UsageError as error:
        fault = error.text(language_of(request))
        return await run_in_threadpool(_plans, request, form=form, fault=fault)
    return RedirectResponse(f"/sampling/{number}", status_code=303)


def show_plan(request: Request) -> Response:
    """The calls of one plan. Raises: HTTPException 404."""
    decisions = state_of(request).decisions
    number = request.path_params["plan_no"]
    plan = next((p for p in list_plans(decisions) if p.plan_no == number), None)
    if plan is None:
        raise HTTPException(404)
    return page(request, "sampling_plan.html", plan=plan, calls=read_picks(decisions, number))


def _plans(request: Request, *, form: dict[str, str] | None = None, fault: str = "") -> Response:
    return page(
        request,
        "sampling.html",
        status=422 if fault else 200,
        plans=list_plans(state_of(request).decisions),
        form=form or {},
        fault=fault,
    )


def _order(form: dict[str, str]) -> Order:
    """Raises: UsageError for what is no number."""
    quota = Quota(
        int(_number(form, "per_agent")), _number(form, "random_share"), int(_number(form, "seed"))
    )
    by = cast("StratifiedBy", form.get("stratified_by", "purpose"))
    return Order(form.get("month", ""), quota, by)


def _number(form: dict[str, str], name: str) -> float:
    text = form.get(name, "")
    try:
        value = float(text)
    except ValueError as error:
        raise UsageError("sampling.number", value=text) from error
    if value != value or abs(value) > 1e12 or (name != "random_share" and value % 1):
        raise UsageError("sampling.number", value=text)
    return value
