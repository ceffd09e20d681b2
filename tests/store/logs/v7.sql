PRAGMA application_id = 1752330101;
PRAGMA user_version = 7;
BEGIN TRANSACTION;
CREATE TABLE attempt_signals (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            calibrator TEXT
        );
CREATE TABLE attempt_texts (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            error TEXT
        , checks TEXT);
INSERT INTO "attempt_texts" VALUES(1,'Rayleigh.',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(2,'The disk.',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(3,'','it died',NULL);
INSERT INTO "attempt_texts" VALUES(4,'{"name": "Ada"}',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(5,'{"name": "a", "arguments": {}}',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(6,'first',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(7,'second',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(8,'better',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(9,'third',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(10,'{"name": "a", "arguments": {}}',NULL,NULL);
CREATE TABLE attempts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            engine TEXT NOT NULL,
            route TEXT NOT NULL,
            model TEXT NOT NULL,
            endpoint TEXT,
            sent_bytes INTEGER NOT NULL,
            outcome TEXT,
            reason TEXT,
            given INTEGER NOT NULL DEFAULT 0,
            wall_ms REAL,
            ttft_ms REAL,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cached_tokens INTEGER NOT NULL DEFAULT 0,
            usage_estimated INTEGER NOT NULL DEFAULT 0,
            cost_pusd INTEGER, confidence REAL, wait_ms REAL,
            UNIQUE (turn_id, seq)
        );
INSERT INTO "attempts" VALUES(1,1,1,1793534400000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(2,2,1,1793534460000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL,12.0);
INSERT INTO "attempts" VALUES(3,3,1,1793534520000,'local','local','SmolLM2',NULL,0,'error','crash',0,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(4,4,1,1793534580000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(5,5,1,1793534640000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(6,6,1,1793534700000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(7,7,1,1793534760000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL,0.0);
INSERT INTO "attempts" VALUES(8,8,1,1793534820000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL,0.0);
INSERT INTO "attempts" VALUES(9,9,1,1793534880000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL,0.0);
INSERT INTO "attempts" VALUES(10,10,1,1793534940000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL,0.0);
CREATE TABLE report_cells (
        day INTEGER NOT NULL, category TEXT NOT NULL, route TEXT NOT NULL, slot TEXT NOT NULL,
        model TEXT NOT NULL, ending TEXT NOT NULL, turns NOT NULL, attempts NOT NULL, unpriced NOT NULL, cost_pusd NOT NULL, local_attempts NOT NULL, local_ms NOT NULL, local_ok NOT NULL, local_invalid NOT NULL, failure_s NOT NULL, counted NOT NULL, input_tokens NOT NULL, output_tokens NOT NULL, chance_local_ppm NOT NULL, cc NOT NULL, cw NOT NULL, ww NOT NULL, cm NOT NULL, wm NOT NULL, mm NOT NULL,
        PRIMARY KEY (day, category, route, slot, model, ending)
    ) WITHOUT ROWID;
INSERT INTO "report_cells" VALUES(20758,'','','chat','','bad',1,1,0,0,1,900,0,0,0,1,12,34,710000,0,0,810000,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','cloud','chat','big-1','unknown',2,2,0,4000000000,0,0,0,0,0,2,24,68,1420000,8000000,0,0,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','cloud','tools','big-1','unknown',1,1,0,2000000000,0,0,0,0,0,1,12,34,710000,4000000,0,0,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','local','chat','SmolLM2','bad_timed',1,1,0,0,1,900,1,0,180,1,12,34,710000,0,0,810000,0,162000,32400);
INSERT INTO "report_cells" VALUES(20758,'','local','chat','SmolLM2','good',1,1,0,0,1,900,1,0,0,1,12,34,710000,0,0,810000,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','local','chat','SmolLM2','unknown',1,1,0,0,1,900,1,0,0,1,12,34,710000,0,0,810000,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','local','tools','SmolLM2','unknown',1,1,0,0,1,900,1,0,0,1,12,34,710000,0,0,810000,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'','local','tools','SmolLM2','valid',1,1,0,0,1,900,1,0,0,1,12,34,710000,0,0,810000,0,0,0);
INSERT INTO "report_cells" VALUES(20758,'ops','cloud','chat','big-1','unknown',1,1,0,2000000000,0,0,0,0,0,1,12,34,710000,4000000,0,0,0,0,0);
CREATE TABLE report_counts (
        day INTEGER NOT NULL, category TEXT NOT NULL, kind TEXT NOT NULL, bucket INTEGER NOT NULL,
        n INTEGER NOT NULL, PRIMARY KEY (day, category, kind, bucket)
    ) WITHOUT ROWID;
INSERT INTO "report_counts" VALUES(20758,'','overhead',1400,9);
INSERT INTO "report_counts" VALUES(20758,'','scout',600,9);
INSERT INTO "report_counts" VALUES(20758,'ops','overhead',1400,1);
INSERT INTO "report_counts" VALUES(20758,'ops','scout',600,1);
CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            head_id INTEGER,
            forked_from INTEGER
        );
INSERT INTO "sessions" VALUES(1,1793534400000,9,NULL);
CREATE TABLE turn_details (
            turn_id INTEGER PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            reasons TEXT NOT NULL,
            flips TEXT NOT NULL,
            warning TEXT NOT NULL DEFAULT '',
            prompt_sha256 TEXT,
            prompt TEXT,
            request TEXT
        , form INTEGER NOT NULL DEFAULT 1);
INSERT INTO "turn_details" VALUES(1,'{"constraints":{"count":1,"items":[{"kind":"length","text":"under 50 words","start":4,"end":18,"params":{"unit":"words","max":50}}],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','1de05c5adafca13388602ba030024fe4da4a18c03dde602b5fc0e8bdc180a70d','Why is the sky blue? Say it in under 50 words.','{"messages":[{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(2,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["the route was chosen with --route"]','add 4 strict constraints','','2051fc272f1d1c6d8b0438a16b730c12607e277d10c320978d36e0a8bb2f0eac','What broke?','{"messages":[{"role":"system","parts":[{"text":"Be brief."}]},{"role":"user","parts":[{"text":"Hello"}]},{"role":"assistant","parts":[{"text":"Hi"}]},{"role":"user","parts":[{"text":"line 1\n```\nline 2","source":"err.log"},{"ask":true}]}],"expected":null,"options":{"forced":"cloud","held":null,"category":"ops","dismissed":[],"sampling":{"max_tokens":64,"temperature":0.5,"seed":7,"top_p":0.9,"stop":["END"]}}}',2);
INSERT INTO "turn_details" VALUES(3,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','c0a537036d100a42125d7e07bd22888263e37867a911b86d17d4c2764b7be45e','Prove it.','{"messages":[{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(4,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','76740216171591903cdbd18fbc770df447c5b1671005ca0020922a465bba0172','Ada Lovelace','{"messages":[{"role":"user","parts":[{"ask":true}]}],"expected":{"schema":"{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"name\"]}"},"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(5,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','26edc89f7cac5561765960e7eb3f97314825abf3d6e660355f6a10ed0fc7d761','Call a','{"messages":[{"role":"user","parts":[{"ask":true}]}],"expected":{"tools":"[{\"name\": \"a\", \"parameters\": {}}, {\"name\": \"a\", \"parameters\": {}}]","choice":"auto","only":null,"is_parallel":true},"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(6,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','one','{"messages":[{"role":"system","parts":[{"text":"Be kind."}]},{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(7,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["no signal asks for the cloud"]','add 4 strict constraints','','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','two','{"messages":[{"role":"system","parts":[{"text":"Be kind."}]},{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":null,"held":"local","category":null,"dismissed":["under 50 words"],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(8,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["the route was chosen with --route"]','add 4 strict constraints','','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','two','{"messages":[{"role":"system","parts":[{"text":"Be kind."}]},{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":"cloud","held":"local","category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(9,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["the route was chosen with --route"]','add 4 strict constraints','','8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f','three','{"messages":[{"role":"system","parts":[{"text":"Be kind."}]},{"role":"user","parts":[{"ask":true}]}],"expected":null,"options":{"forced":null,"held":"cloud","category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
INSERT INTO "turn_details" VALUES(10,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","difficulty":0.1,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]],"local":{"value":0.0,"spread":0.0,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"cloud":{"value":4.2,"spread":1.5,"basis":"assumed","slope":1.0,"offsets":[],"note":""},"note":"","demands":["digits"]}}','["the route was chosen with --route"]','add 4 strict constraints','','bbff7b98d6da70612cb94badd2dde68a4dbe1107104b55f330a2225c8ebf55b2','What is it?','{"messages":[{"role":"user","parts":[{"image":{"media_type":"image/png","url":null,"base64":"UE5H"}},{"ask":true}]},{"role":"assistant","parts":[{"call":{"id":"1","name":"a","arguments":"{}"}}]},{"role":"tool","parts":[{"result":{"call_id":"1","text":"no","is_error":true}}]}],"expected":{"tools":"[{\"name\": \"a\", \"parameters\": {}}]","choice":"required","only":"a","is_parallel":false},"options":{"forced":null,"held":null,"category":null,"dismissed":[],"sampling":{"max_tokens":null,"temperature":null,"seed":null,"top_p":null,"stop":[]}}}',2);
CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            command TEXT NOT NULL,
            category TEXT,
            wanted TEXT NOT NULL,
            rule TEXT NOT NULL,
            route TEXT NOT NULL,
            degraded TEXT,
            slot TEXT NOT NULL,
            policy TEXT NOT NULL,
            expected_local_usd TEXT,
            expected_cloud_usd TEXT,
            constraint_count INTEGER NOT NULL,
            context_tokens INTEGER NOT NULL,
            scout_label TEXT NOT NULL,
            scout_model TEXT NOT NULL,
            scout_ms REAL NOT NULL,
            p_local REAL NOT NULL,
            overhead_ms REAL NOT NULL,
            closed INTEGER NOT NULL DEFAULT 0
        , session_id INTEGER, parent_id INTEGER, retry_of INTEGER, history_turns INTEGER NOT NULL DEFAULT 0, chance_local REAL, chance_cloud REAL, chances_by TEXT, propensity REAL NOT NULL DEFAULT 1, verdict TEXT, verdict_by TEXT, verdict_s INTEGER, difficulty REAL NOT NULL DEFAULT 0);
INSERT INTO "turns" VALUES(1,1793534400000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,1,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,'good','user',NULL,0.1);
INSERT INTO "turns" VALUES(2,1793534460000,'ask','ops','cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(3,1793534520000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(4,1793534580000,'ask',NULL,'local','default','local',NULL,'tools','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,'good','contract',NULL,0.1);
INSERT INTO "turns" VALUES(5,1793534640000,'ask',NULL,'local','default','local',NULL,'tools','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(6,1793534700000,'chat',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,1,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(7,1793534760000,'chat',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,1,6,NULL,1,0.71,0.94,'scout',1.0,'bad','user',180,0.1);
INSERT INTO "turns" VALUES(8,1793534820000,'chat',NULL,'cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,1,6,7,1,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(9,1793534880000,'chat',NULL,'cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,1,8,NULL,2,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
INSERT INTO "turns" VALUES(10,1793534940000,'ask',NULL,'cloud','forced','cloud',NULL,'tools','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.47502081252106,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL,0.1);
CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            given_at INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            by TEXT NOT NULL,
            seconds INTEGER,
            note TEXT
        );
INSERT INTO "verdicts" VALUES(1,4,1793534580000,'good','contract',NULL,NULL);
INSERT INTO "verdicts" VALUES(2,1,1793538000000,'good','user',NULL,NULL);
INSERT INTO "verdicts" VALUES(3,7,1793538000000,'bad','user',180,NULL);
CREATE INDEX turns_by_time ON turns (created_at);
CREATE INDEX attempts_by_time ON attempts (started_at);
CREATE INDEX verdicts_by_turn ON verdicts (turn_id);
CREATE INDEX turns_by_session ON turns (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX turns_open ON turns (created_at) WHERE NOT closed;
CREATE TRIGGER report_before_turns_insert before INSERT ON turns
            WHEN (SELECT closed FROM turns WHERE id = new.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = new.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = new.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_turns_insert after INSERT ON turns
            WHEN (SELECT closed FROM turns WHERE id = new.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = new.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = new.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_before_turns_delete before DELETE ON turns
            WHEN (SELECT closed FROM turns WHERE id = old.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = old.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = old.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_turns_delete after DELETE ON turns
            WHEN (SELECT closed FROM turns WHERE id = old.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = old.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = old.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_before_attempts_insert before INSERT ON attempts
            WHEN (SELECT closed FROM turns WHERE id = new.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_attempts_insert after INSERT ON attempts
            WHEN (SELECT closed FROM turns WHERE id = new.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_before_attempts_update before UPDATE OF turn_id, route, model, outcome, reason, given, wall_ms, input_tokens, output_tokens, cost_pusd, confidence ON attempts
            WHEN (SELECT closed FROM turns WHERE id = old.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_attempts_update after UPDATE OF turn_id, route, model, outcome, reason, given, wall_ms, input_tokens, output_tokens, cost_pusd, confidence ON attempts
            WHEN (SELECT closed FROM turns WHERE id = new.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = new.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_before_attempts_delete before DELETE ON attempts
            WHEN (SELECT closed FROM turns WHERE id = old.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_attempts_delete after DELETE ON attempts
            WHEN (SELECT closed FROM turns WHERE id = old.turn_id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = old.turn_id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE VIEW turn_facts AS
    SELECT turn_id, closed, created_at, session_id, day, category, confidence,
        coalesce(given_route, '') AS route, slot, coalesce(given_model, '') AS model,
        CASE
            WHEN verdict = 'good' AND verdict_by = 'contract' THEN 'valid'
            WHEN verdict = 'good' THEN 'good'
            WHEN verdict = 'bad' AND verdict_s IS NOT NULL THEN 'bad_timed'
            WHEN verdict = 'bad' OR (closed AND given_route IS NULL) THEN 'bad'
            ELSE 'unknown'
        END AS ending,
        1 AS turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid,
        failure_s, input_tokens IS NOT NULL AND output_tokens IS NOT NULL AS counted,
        CASE WHEN output_tokens IS NULL THEN 0 ELSE coalesce(input_tokens, 0) END AS input_tokens,
        CASE WHEN input_tokens IS NULL THEN 0 ELSE coalesce(output_tokens, 0) END AS output_tokens,
        CASE
            WHEN given_route IS 'local' THEN CAST(round(chance * 1000000) AS INTEGER)
            WHEN doubted IS NULL AND local_invalid THEN 0
            ELSE CAST(round(coalesce(doubted, chance) * 1000000) AS INTEGER)
        END AS chance_local_ppm,
        c * c AS cc, c * local_ms AS cw, local_ms * local_ms AS ww,
        c * failure_s AS cm, local_ms * failure_s AS wm, failure_s * failure_s AS mm
    FROM (
        SELECT *, (cost_pusd + 500000) / 1000000 AS c,
            coalesce(given_input, any_input) AS input_tokens,
            coalesce(given_output, any_output) AS output_tokens
        FROM (
            SELECT t.id AS turn_id, t.closed, t.created_at, t.session_id, t.slot, t.verdict, t.verdict_by, t.verdict_s,
                t.created_at / 86400000 AS day, coalesce(t.category, '') AS category,
                coalesce(t.chance_local, t.p_local) AS chance,
                CASE WHEN t.verdict = 'bad' THEN coalesce(t.verdict_s, 0) ELSE 0 END AS failure_s,
                max(CASE WHEN a.given THEN a.route END) AS given_route,
                max(CASE WHEN a.given THEN a.model END) AS given_model,
                max(CASE WHEN a.given THEN a.input_tokens END) AS given_input,
                max(CASE WHEN a.given THEN a.output_tokens END) AS given_output,
                max(a.input_tokens) AS any_input, max(a.output_tokens) AS any_output,
                max(CASE WHEN a.given AND a.route = 'local' THEN a.confidence END) AS confidence,
                count(a.id) AS attempts,
                count(CASE WHEN a.cost_pusd IS NULL AND (a.route <> 'local' OR a.outcome IS NOT NULL)
                    THEN 1 END) AS unpriced,
                coalesce(sum(a.cost_pusd), 0) AS cost_pusd,
                count(CASE WHEN a.route = 'local' THEN 1 END) AS local_attempts,
                coalesce(sum(CASE WHEN a.route = 'local' THEN CAST(round(a.wall_ms) AS INTEGER) END), 0)
                    AS local_ms,
                max(CASE WHEN a.route = 'local' AND a.reason = 'low_confidence' THEN a.confidence END)
                    AS doubted,
                count(CASE WHEN a.route = 'local'
                    AND (a.outcome = 'ok' OR a.reason IN ('low_confidence', 'loop')) THEN 1 END) AS local_ok,
                count(CASE WHEN a.route = 'local' AND a.outcome = 'invalid'
                    AND coalesce(a.reason, '') NOT IN ('low_confidence', 'loop') THEN 1 END)
                    AS local_invalid
            FROM turns AS t LEFT JOIN attempts AS a ON a.turn_id = t.id
            GROUP BY t.id, t.created_at, t.session_id, t.closed
        )
    );
CREATE VIEW turn_counts AS
    SELECT turn_id, closed, created_at, session_id, day, category, kind,
        CASE
            WHEN us < 100 THEN us
            WHEN us < 1000 THEN us / 10 * 10
            WHEN us < 10000 THEN us / 100 * 100
            WHEN us < 100000 THEN us / 1000 * 1000
            WHEN us < 1000000 THEN us / 10000 * 10000
            WHEN us < 10000000 THEN us / 100000 * 100000
            ELSE us / 1000000 * 1000000
        END AS bucket, 1 AS n
    FROM (
        SELECT id AS turn_id, closed, created_at, session_id, created_at / 86400000 AS day,
            coalesce(category, '') AS category, 'scout' AS kind, CAST(scout_ms * 1000 AS INTEGER) AS us
        FROM turns
        UNION ALL
        SELECT id, closed, created_at, session_id, created_at / 86400000,
            coalesce(category, ''), 'overhead', CAST(overhead_ms * 1000 AS INTEGER)
        FROM turns
    )
    UNION ALL
    SELECT turn_id, closed, created_at, session_id, day, category,
        CASE ending WHEN 'good' THEN 'kept_good' ELSE 'kept_bad' END, CAST(confidence * 100 AS INTEGER), 1
    FROM turn_facts WHERE confidence IS NOT NULL AND ending NOT IN ('unknown', 'valid');
CREATE TRIGGER report_before_turns_update before UPDATE OF closed, created_at, category, slot, scout_ms, overhead_ms, verdict, verdict_by, verdict_s, chance_local, p_local ON turns
            WHEN (SELECT closed FROM turns WHERE id = old.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, -sum(turns), -sum(attempts), -sum(unpriced), -sum(cost_pusd), -sum(local_attempts), -sum(local_ms), -sum(local_ok), -sum(local_invalid), -sum(failure_s), -sum(counted), -sum(input_tokens), -sum(output_tokens), -sum(chance_local_ppm), -sum(cc), -sum(cw), -sum(ww), -sum(cm), -sum(wm), -sum(mm)
            FROM turn_facts WHERE turn_id = old.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, -sum(n)
            FROM turn_counts WHERE turn_id = old.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER report_after_turns_update after UPDATE OF closed, created_at, category, slot, scout_ms, overhead_ms, verdict, verdict_by, verdict_s, chance_local, p_local ON turns
            WHEN (SELECT closed FROM turns WHERE id = new.id)
            BEGIN 
        INSERT INTO report_cells (day, category, route, slot, model, ending, turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid, failure_s, counted, input_tokens, output_tokens, chance_local_ppm, cc, cw, ww, cm, wm, mm)
        SELECT day, category, route, slot, model, ending, +sum(turns), +sum(attempts), +sum(unpriced), +sum(cost_pusd), +sum(local_attempts), +sum(local_ms), +sum(local_ok), +sum(local_invalid), +sum(failure_s), +sum(counted), +sum(input_tokens), +sum(output_tokens), +sum(chance_local_ppm), +sum(cc), +sum(cw), +sum(ww), +sum(cm), +sum(wm), +sum(mm)
            FROM turn_facts WHERE turn_id = new.id AND closed GROUP BY day, category, route, slot, model, ending
        ON CONFLICT (day, category, route, slot, model, ending) DO UPDATE SET turns = turns + excluded.turns, attempts = attempts + excluded.attempts, unpriced = unpriced + excluded.unpriced, cost_pusd = cost_pusd + excluded.cost_pusd, local_attempts = local_attempts + excluded.local_attempts, local_ms = local_ms + excluded.local_ms, local_ok = local_ok + excluded.local_ok, local_invalid = local_invalid + excluded.local_invalid, failure_s = failure_s + excluded.failure_s, counted = counted + excluded.counted, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens, chance_local_ppm = chance_local_ppm + excluded.chance_local_ppm, cc = cc + excluded.cc, cw = cw + excluded.cw, ww = ww + excluded.ww, cm = cm + excluded.cm, wm = wm + excluded.wm, mm = mm + excluded.mm;
        INSERT INTO report_counts (day, category, kind, bucket, n)
        SELECT day, category, kind, bucket, +sum(n)
            FROM turn_counts WHERE turn_id = new.id AND closed GROUP BY day, category, kind, bucket
        ON CONFLICT (day, category, kind, bucket) DO UPDATE SET n = n + excluded.n; END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('turns',10);
INSERT INTO "sqlite_sequence" VALUES('attempts',10);
INSERT INTO "sqlite_sequence" VALUES('verdicts',3);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
COMMIT;
