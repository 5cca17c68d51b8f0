import time, statistics, pytest
pytestmark=[]
async def test_latency(office):
    cases=[await office.open_case() for _ in range(8)]
    took=[]
    async with office.at_work():
        for c in cases:
            card=await office.card(c)
            t=time.perf_counter(); await office.press("asha",card,"Approve"); took.append(time.perf_counter()-t)
    print("PRESS->ANSWER ms", [round(x*1000) for x in took])
